import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadTenants } from '../../../gateway/configuration/index.ts'
import { setTenant } from './change-parts.ts'
import { ConfigurationFolder } from './configuration-folder.ts'

let folder: ConfigurationFolder
beforeEach(() => {
  folder = new ConfigurationFolder()
})
afterEach(() => folder.remove())

describe('a file of pre-shared keys', () => {
  const pskFile = setTenant({ psk_file: 'psk.toml' })

  it('takes any identity, and never mistakes one for something else', () => {
    folder.write(
      'psk.toml',
      [
        '"__proto__" = "000102030405060708090a0b0c0d0e0f"',
        '"urn:dev:1" = "base64:AAECAwQFBgcICQoLDA0ODw=="',
        '',
      ].join('\n'),
    )

    const tenants = loadTenants(folder.load(pskFile))

    expect(tenants.preSharedKey('acme', '__proto__')).toHaveLength(16)
    expect(tenants.preSharedKey('acme', 'urn:dev:1')).toEqual(tenants.preSharedKey('acme', '__proto__'))
    expect(tenants.preSharedKey('acme', 'constructor')).toBeUndefined()
  })

  it.each([
    ['"dev1" = "0001"', 'psk.toml: "dev1": expected a key of 16 to 64 octets, hexadecimal or "base64:…"'],
    ['"dev1" = 5', 'psk.toml: "dev1": expected a key of 16 to 64 octets, hexadecimal or "base64:…"'],
    [
      `"${'x'.repeat(129)}" = "000102030405060708090a0b0c0d0e0f"`,
      `psk.toml: "${'x'.repeat(129)}": expected an identity of 1 to 128 octets`,
    ],
  ])('with %s is refused', (line, problem) => {
    folder.write('psk.toml', `"good" = "000102030405060708090a0b0c0d0e0f"\n${line}\n`)

    expect(folder.problems(pskFile)).toEqual([problem])
  })

  it('that is malformed or empty is refused without telling a key', () => {
    folder.write('psk.toml', '"dev1" = 000102030405060708090a0b0c0d0e0f\n')
    expect(folder.problems(pskFile)).toEqual([
      'gateway.toml: tenants[0].psk_file: expected TOML of the form "identity" = "key", but line 1 is not',
    ])
    folder.write('psk.toml', '')
    expect(folder.problems(pskFile)).toEqual([
      'gateway.toml: tenants[0].psk_file: expected at least one pre-shared key in the file',
    ])
  })
})
