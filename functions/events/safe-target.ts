/**
 * Where webhooks may be sent: to public addresses over HTTPS. A Worker reaches no private network of its platform, but an
 * installation may run elsewhere, and a name that says "inside" is never meant for us.
 */
import ipaddr from 'ipaddr.js'

const LONGEST_URL = 2048
const INSIDE = ['localhost', 'local', 'internal', 'intranet', 'lan', 'home', 'corp', 'private', 'home.arpa']

/** Why nothing is sent there; null when it may. `allowsLocal`: for a laptop, everything that is an HTTP address. */
export function refusalOfTarget(text: string, allowsLocal: boolean): string | null {
  if (text.length > LONGEST_URL) return `has more than ${LONGEST_URL} characters`
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url) return 'is no URL'
  if (url.username !== '' || url.password !== '') return 'must not hold a user or password'
  if (url.hash !== '') return 'must not have a fragment'
  if (allowsLocal && (url.protocol === 'http:' || url.protocol === 'https:')) return null
  if (url.protocol !== 'https:') return 'must begin with https:'
  // The port of another protocol would make us speak to a service that never meant to be on the web.
  if (url.port !== '' && Number(url.port) < 1024) return 'names a port of another service'
  return refusalOfHost(url.hostname)
}

function refusalOfHost(hostname: string): string | null {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '')
  if (ipaddr.isValid(host)) {
    // IPv4-compatible addresses, long out of use: the IPv4 address in them may be any.
    const isCompatible = host.startsWith('::')
    return !isCompatible && ipaddr.process(host).range() === 'unicast' ? null : 'is no public address'
  }
  if (!host.includes('.')) return 'is no public name'
  return INSIDE.some((suffix) => host === suffix || host.endsWith(`.${suffix}`)) ? 'is no public name' : null
}
