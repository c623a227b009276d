# A station in a container, and its tests: docs/install.md has the commands. The image needs no --privileged, and opens no port.

# The package, as npm would publish it.
FROM node:24-trixie-slim AS package
WORKDIR /src
COPY . .
RUN npm ci --ignore-scripts
RUN npm pack --pack-destination /tmp && mkdir /package && tar xzf /tmp/mi-unbind-*.tgz -C /package --strip-components 1

# docker build --target tests: an image in which docker run checks what npm test checks, on the servers that .ci/servers installs.
# Some tests become another user, which only root can. Those that need rights which Docker gives to no root are skipped, and named.
# Debian 12, as the tests write the configuration of Dovecot 2.3: 2.4, of Debian 13, reads another one.
FROM node:24-bookworm AS tests
WORKDIR /src
COPY .ci/servers .ci/
RUN apt-get update && apt-get install -y --no-install-recommends adb && .ci/servers && rm -rf /var/lib/apt/lists/*
COPY . .
RUN npm ci
CMD ["npm", "test"]

# The station. The program belongs to root and is only read. What is kept (database, key, records, evidence, adb's key) is in /data.
FROM node:24-trixie-slim AS station
RUN apt-get update \
  && apt-get install -y --no-install-recommends adb tini \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/mi-unbind
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && npm cache clean --force
COPY --from=package /package ./
RUN ln -s /opt/mi-unbind/bin/mi-unbind.js /usr/local/bin/mi-unbind && install -d -m 0700 -o 1000 -g 1000 /data
# The user `node` of the image, by its number. PostgreSQL needs a user with a name.
USER 1000:1000
ENV HOME=/data
WORKDIR /data
VOLUME /data
ENTRYPOINT ["tini", "--", "mi-unbind"]
CMD ["station"]
