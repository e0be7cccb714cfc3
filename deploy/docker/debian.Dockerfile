# For those who want a shell, a C library and the distribution's certificates in the image.
#
#   docker build -f deploy/docker/debian.Dockerfile -t pixgate:debian .
#
# Workers: one per core, the default. Memory: limit the container to 512 MB; half of it becomes the
# budget for pixels and sources, which is enough for JPEG, PNG and WebP sources of 50 megapixels;
# AVIF of that size needs 2 GB.

FROM rust:1.95-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends nasm
WORKDIR /src
COPY . .
RUN cargo build --release --locked -p pixgate --features faces

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /src/target/release/pixgate /usr/local/bin/pixgate
# For files that were written for imgproxy: healthcheck: ["CMD", "imgproxy", "health"].
RUN ln -s pixgate /usr/local/bin/imgproxy
USER 65534:65534
EXPOSE 8080
ENTRYPOINT ["/usr/local/bin/pixgate"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=2s CMD ["/usr/local/bin/pixgate", "health"]
