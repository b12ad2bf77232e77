# Resonanz as an image: a build stage, then a slim runtime as an ordinary user.
#
#   docker build -t resonanz .
#   docker run --rm -v keys:/var/lib/resonanz/keys resonanz resonanzctl keys create
#   docker run -p 8080:8080 -v keys:/var/lib/resonanz/keys \
#     -e RESONANZ_DATABASE_URL='host=… user=resonanz_web' resonanz
#   docker run --rm -e RESONANZ_DATABASE_URL='… user=resonanz_owner' resonanz resonanzctl migrate
#
# conf/compose.yml runs it with a database, the jobs and HAProxy in front.
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS build
WORKDIR /src
COPY conf/install.sh conf/packages-build.txt conf/
RUN conf/install.sh build
# what the browser tests take from npm stays out
ENV npm_config_omit=dev
COPY . .
RUN make -j"$(nproc)" V=release all \
    && strip build/release/resonanz build/release/resonanzctl \
    && make help >/dev/null

FROM ${BASE}
COPY conf/packages-run.txt /tmp/
RUN apt-get update \
    && sed '/^#/d' /tmp/packages-run.txt \
        | xargs apt-get install -y --no-install-recommends \
    && rm -rf /var/lib/apt/lists/* /tmp/packages-run.txt \
    && useradd --system --uid 10001 --home-dir /usr/share/resonanz \
        --shell /usr/sbin/nologin resonanz \
    && install -d -o resonanz -m 700 /var/lib/resonanz/keys
WORKDIR /usr/share/resonanz
COPY --from=build /src/build/release/resonanz /src/build/release/resonanzctl /usr/bin/
COPY --from=build /src/build/assets build/assets
COPY --from=build /src/assets/consultations assets/consultations
COPY --from=build /src/assets/codelists assets/codelists
COPY --from=build /src/assets/demo assets/demo
COPY --from=build /src/sql sql
COPY --from=build /src/conf/resonanz.conf conf/resonanz.conf
COPY LICENSE /usr/share/doc/resonanz/LICENSE

ENV RESONANZ_BIND=0.0.0.0 \
    RESONANZ_PORT=8080 \
    RESONANZ_MODE=production \
    RESONANZ_ASSETS=/usr/share/resonanz/build/assets \
    RESONANZ_CONF=/usr/share/resonanz/conf/resonanz.conf \
    RESONANZ_KEYS=/var/lib/resonanz/keys \
    RESONANZ_PIDFILE=/tmp/resonanz.pid
USER resonanz
EXPOSE 8080
STOPSIGNAL SIGTERM
CMD ["resonanz"]
