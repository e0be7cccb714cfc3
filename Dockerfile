# A static binary on nothing: about the size of the binary itself, no shell, no libraries.
#
#   docker build -t pixgate .
#   docker run -p 8080:8080 pixgate
#
# Cloud Run, Kubernetes: set PORT or IMGPROXY_BIND; the default is :8080. One worker per core is the
# default (IMGPROXY_WORKERS); 512 MB suit two workers with JPEG, PNG and WebP
# sources of up to 50 megapixels; AVIF of that size needs 2 GB, see deploy/README.md.

FROM rust:1.95-alpine AS build
RUN apk add --no-cache musl-dev gcc make ca-certificates
WORKDIR /src
COPY . .
# The second name is for files that were written for imgproxy: healthcheck: ["CMD", "imgproxy", "health"].
RUN cargo build --release --locked -p pixgate --features faces \
 && mkdir -p /image/usr/local/bin \
 && cp target/release/pixgate /image/pixgate \
 && ln -s /pixgate /image/usr/local/bin/pixgate \
 && ln -s /pixgate /image/usr/local/bin/imgproxy

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /image/ /
ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
USER 65534:65534
EXPOSE 8080
ENTRYPOINT ["/pixgate"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=2s CMD ["/pixgate", "health"]
