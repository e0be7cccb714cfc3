# Around a static binary that was built elsewhere, one folder per architecture. Nothing is compiled:
# building the image takes a second.
#
#   cargo build --release --locked -p pixgate --features faces --target x86_64-unknown-linux-musl
#   mkdir -p dist/amd64 && cp target/x86_64-unknown-linux-musl/release/pixgate dist/amd64/
#   docker build -f deploy/docker/prebuilt.Dockerfile -t pixgate dist
#
# Workers and memory as in the other images: one worker per core, 512 MB.

FROM debian:bookworm-slim AS certificates
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates
# For files that were written for imgproxy: healthcheck: ["CMD", "imgproxy", "health"].
RUN mkdir -p /image/usr/local/bin \
 && ln -s /pixgate /image/usr/local/bin/pixgate \
 && ln -s /pixgate /image/usr/local/bin/imgproxy

FROM scratch
ARG TARGETARCH=amd64
COPY --from=certificates /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=certificates /image/ /
COPY ${TARGETARCH}/pixgate /pixgate
ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
USER 65534:65534
EXPOSE 8080
ENTRYPOINT ["/pixgate"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=2s CMD ["/pixgate", "health"]
