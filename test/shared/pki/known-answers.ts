/** The project's own vectors and GSMA's SGP.26 test certificates, as the tests here read them. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { fromHex, type Octets } from '../../../shared/octets.ts'
import { readPem } from '../../../shared/pki/pem.ts'
import { importSigningKey, type SigningKey } from '../../../shared/pki/signing-key.ts'

const hex = z.string().transform((text) => fromHex(text))

const KeysFile = z.object({
  keys: z.record(
    z.string(),
    z.object({ jwk: z.record(z.string(), z.string()), privateHex: hex, spkiHex: hex, certificateHex: hex }),
  ),
})
const SignaturesFile = z.object({
  vectors: z.array(z.object({ name: z.string(), key: z.string(), signatureInput: hex, signature: hex })),
})

const vectors = path.resolve('test/vectors/sgp32')
const readJson = (file: string): unknown => JSON.parse(readFileSync(path.join(vectors, file), 'utf8'))

export const signatureVectors = SignaturesFile.parse(readJson('signatures.json')).vectors
const { keys } = KeysFile.parse(readJson('keys.json'))

export function keyVector(name: string) {
  const key = keys[name]
  if (!key) throw new Error(`keys.json has no key ${name}`)
  return key
}

const sgp26 = path.resolve('../shared/vectors/sgp26')

/** GSMA's files are not part of the project. Where they are missing the tests that need them are skipped, but not in CI. */
export const hasSgp26 = existsSync(sgp26)
if (!hasSgp26 && process.env.CI === 'true') throw new Error('the SGP.26 test certificates are missing')

/** A file of the SGP.26 set, `nist/CERT_EUM_ECDSA_NIST.der`. */
export function sgp26File(name: string): Octets {
  return new Uint8Array(readFileSync(path.join(sgp26, name)))
}

/** A private key of the SGP.26 set; its PEM opens with a block of curve parameters. */
export async function sgp26Key(name: string): Promise<SigningKey> {
  const text = readFileSync(path.join(sgp26, name), 'utf8')
  const block = readPem(text).find(({ label }) => label.endsWith('PRIVATE KEY'))
  if (!block) throw new Error(`${name} holds no private key`)
  return importSigningKey(block.der)
}
