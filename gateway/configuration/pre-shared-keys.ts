/**
 * A file of pre-shared keys: TOML, one line a device, `"identity" = "hex"` or `"identity" = "base64:…"`.
 * Held in a Map, so that no identity a client sends can mean anything but an identity.
 */
import { parse, TomlError } from 'smol-toml'
import { type ConfigurationSource, Unusable } from './configuration-source.ts'

/** Octets. RFC 7925 §4.2: identities up to 128. Keys shorter than 16 could be searched for offline. */
const LONGEST_IDENTITY = 128
const SHORTEST_KEY = 16
const LONGEST_KEY = 64

export function readPreSharedKeys(source: ConfigurationSource, name: string): Map<string, Uint8Array> {
  const file = source.resolve(name)
  const keys = new Map<string, Uint8Array>()
  for (const [identity, value] of Object.entries(parseTable(source.text(name)))) {
    const key = typeof value === 'string' ? readKey(value) : undefined
    if (key === undefined) {
      const lengths = `${SHORTEST_KEY} to ${LONGEST_KEY} octets`
      source.problem(
        JSON.stringify(identity),
        `expected a key of ${lengths}, hexadecimal or "base64:…"`,
        file,
      )
    } else if (identity === '' || Buffer.byteLength(identity) > LONGEST_IDENTITY) {
      source.problem(
        JSON.stringify(identity),
        `expected an identity of 1 to ${LONGEST_IDENTITY} octets`,
        file,
      )
    } else keys.set(identity, key)
  }
  if (keys.size === 0) throw new Unusable('expected at least one pre-shared key in the file')
  return keys
}

function parseTable(text: string): Record<string, unknown> {
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    // The message of the library goes on with the line itself, which holds a key.
    throw new Unusable(`expected TOML of the form "identity" = "key", but line ${error.line} is not`)
  }
}

function readKey(text: string): Uint8Array | undefined {
  const base64 = /^base64:([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1]
  const hex = /^(?:[0-9a-fA-F]{2})+$/.test(text) ? text : undefined
  if (base64 === undefined && hex === undefined) return undefined
  const key = Uint8Array.from(base64 === undefined ? Buffer.from(text, 'hex') : Buffer.from(base64, 'base64'))
  return key.length >= SHORTEST_KEY && key.length <= LONGEST_KEY ? key : undefined
}
