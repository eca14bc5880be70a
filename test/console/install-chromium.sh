#!/bin/sh
# The system's Chromium, from Debian.
set -e
[ -x "${CHROMIUM:-/usr/bin/chromium}" ] && exit 0
apt-get update -qq
apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core
