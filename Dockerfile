# The command, and what `javatalk interop` needs: JDK 17 and 25, Python and a C++ compiler.
# docs/distributed.md shows how to build this image and how to run it on many machines.

FROM rust:1.95-slim-bookworm AS build
WORKDIR /javatalk
COPY . .
RUN cargo install --locked --path . --features cli --root /installed

FROM eclipse-temurin:17-jdk-noble AS jdk17

# The glibc of this stage must not be older than that of the stage `build`.
FROM eclipse-temurin:25-jdk-noble
RUN apt-get update \
    && apt-get install --yes --no-install-recommends g++ python3 strace \
    && rm -rf /var/lib/apt/lists/*
COPY --from=jdk17 /opt/java/openjdk /opt/jdk-17
COPY --from=build /installed/bin/javatalk /usr/local/bin/javatalk
# The classes are compiled to a folder that every user can create, for `docker run --user`.
ENV JAVATALK_JDK=/opt/jdk-17:/opt/java/openjdk \
    JAVATALK_CACHE=/tmp/javatalk
RUN useradd --create-home --uid 10001 javatalk
# A number, because Kubernetes cannot tell from a name that it is not root.
USER 10001:10001
WORKDIR /home/javatalk
ENTRYPOINT ["javatalk"]
