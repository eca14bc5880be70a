#!/bin/sh
# Mbed TLS 3.6 from Debian 13 on Debian 12: a second source that is the configured one with another suite, pinned low.
set -e
[ -f /usr/include/mbedtls/build_info.h ] && grep -q 'MBEDTLS_VERSION_MINOR *6' /usr/include/mbedtls/build_info.h && exit 0
. /etc/os-release
if [ "${VERSION_CODENAME:-}" = bookworm ]; then
  source=$(ls /etc/apt/sources.list.d/*.sources 2>/dev/null | head -n 1)
  if [ -n "$source" ]; then
    awk 'BEGIN { RS = ""; ORS = "\n\n" } !/security/' "$source" |
      sed 's/^Suites:.*/Suites: trixie/' >/etc/apt/sources.list.d/edge-eim-interop.sources
  else
    awk '/^deb / && !/security|updates/' /etc/apt/sources.list | sed 's/bookworm/trixie/' >/etc/apt/sources.list.d/edge-eim-interop.list
  fi
  printf 'Package: *\nPin: release n=trixie\nPin-Priority: 50\n' >/etc/apt/preferences.d/edge-eim-interop
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends \
    libmbedtls-dev/trixie libmbedtls21/trixie libmbedcrypto16/trixie libmbedx509-7/trixie
else
  apt-get install -y -qq --no-install-recommends libmbedtls-dev
fi
