import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PemFault, readPem, writePem } from '../../../shared/pki/pem.ts'

it('reads back what it writes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (der) => {
      expect(readPem(writePem('CERTIFICATE', der))).toEqual([{ label: 'CERTIFICATE', der }])
    }),
  )
})

it('reads every block, skips the text between, and stands Windows line ends', () => {
  const text = `subject=CN\r\n${writePem('CERTIFICATE', Uint8Array.of(1)).replaceAll('\n', '\r\n')}x\n${writePem('PRIVATE KEY', Uint8Array.of(2))}`

  expect(readPem(text).map(({ label }) => label)).toEqual(['CERTIFICATE', 'PRIVATE KEY'])
})

it.each([
  ['no block', 'hello'],
  ['a block without an end', '-----BEGIN CERTIFICATE-----\nAAAA\n'],
  ['a block that ends as another', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END PRIVATE KEY-----'],
  ['damaged base64', '-----BEGIN CERTIFICATE-----\nAAAAA\n-----END CERTIFICATE-----'],
])('refuses %s', (_name, text) => {
  expect(() => readPem(text)).toThrow(PemFault)
})
