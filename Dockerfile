# The image of the program. It holds the program, the libraries that it loads and CA certificates: no shell, no package manager.
#   make image                                    or, with any builder:  docker build -t inferno-adapter .
# Builder and libraries are Debian's, from a base that is pinned by digest (of all its architectures); DEBIAN names another one.
# Security updates of Debian come with a rebuild without cache.
ARG DEBIAN=docker.io/library/debian:bookworm-20260824-slim@sha256:88200866dfff7ea7f5cbcb6ec7c8a701889efe6fe859fe64d6990e4b07ea4171

FROM ${DEBIAN} AS tools
WORKDIR /src
COPY scripts/install-deps.sh scripts/
RUN apt-get update -q && apt-get upgrade -y -q && apt-get install -y -q --no-install-recommends ca-certificates \
  && scripts/install-deps.sh build \
  && rm -rf /var/lib/apt/lists/* /var/cache/apt

FROM tools AS build
COPY . .
# The commit, which --version's neighbours /version and inferno_adapter_build_info tell.
ARG REVISION=""
# A folder of compiler results, where the builder mounts one.
ARG CCACHE_DIR=/tmp/ccache
ARG CCACHE_MAXSIZE=10G
RUN cmake --preset release -DINFERNO_BUILD_TESTS=OFF -DINFERNO_BUILD_BENCHMARKS=OFF -DINFERNO_REVISION="${REVISION}" \
  && cmake --build --preset release -j "$(nproc)" --target inferno-adapter \
  && cmake --install build/release --prefix /installed --component program --strip \
  && scripts/build-image-root.sh /installed/bin/inferno-adapter /root-of-image \
  && rm -rf build /tmp/ccache

FROM scratch
COPY --from=build /root-of-image/ /
ARG VERSION=""
ARG REVISION=""
ARG CREATED=""
LABEL org.opencontainers.image.title="inferno-adapter" \
  org.opencontainers.image.description="Desired replicas of LLM variants, served through the Kubernetes custom and external metrics APIs" \
  org.opencontainers.image.url="https://github.com/inferno-adapter/inferno-adapter" \
  org.opencontainers.image.source="https://github.com/inferno-adapter/inferno-adapter" \
  org.opencontainers.image.documentation="https://github.com/inferno-adapter/inferno-adapter/tree/main/docs" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.created="${CREATED}"
USER 65532:65532
EXPOSE 6443
ENTRYPOINT ["/usr/bin/inferno-adapter"]
