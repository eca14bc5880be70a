/** The eUICC of the known-answer keys: signs what a test tells it to, with no opinion of its own. */
import { readFileSync } from 'node:fs'
import { encode, type Infer, wrap } from '../../shared/asn1/index.ts'
import { concatOctets, fromHex, type Octets } from '../../shared/octets.ts'
import { parseCertificate } from '../../shared/pki/index.ts'
import {
  EuiccPackageErrorDataSigned,
  EuiccPackageResultDataSigned,
  type EuiccResultData,
  encodeAssociationToken,
  ProvideEimPackageResult,
} from '../../shared/sgp32/index.ts'

interface KeyFile {
  readonly keys: Readonly<Record<string, { readonly jwk: JsonWebKey; readonly certificateHex: string }>>
}

const file = JSON.parse(
  readFileSync(new URL('../vectors/sgp32/keys.json', import.meta.url), 'utf8'),
) as KeyFile

function keyOf(name: string) {
  const key = file.keys[name]
  if (!key) throw new Error(`no key ${name} in keys.json`)
  return key
}

export const VECTOR_EID = '89044045930000000000002153893210'
export const vectorCertificate = (name: string): Octets => fromHex(keyOf(name).certificateHex)
export const vectorRoot = parseCertificate(vectorCertificate('ci'))

async function signWith(name: string, message: Octets): Promise<Octets> {
  const key = await crypto.subtle.importKey(
    'jwk',
    { ...keyOf(name).jwk, key_ops: ['sign'] },
    { name: 'ECDSA', namedCurve: 'P-256' },
    false,
    ['sign'],
  )
  return new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, message))
}

export const signAsEim = (euiccPackageSigned: Octets, associationToken: Octets): Promise<Octets> =>
  signWith('eim-sign', concatOctets(euiccPackageSigned, associationToken))

type ResultData = Omit<Infer<typeof EuiccPackageResultDataSigned>, never>
type ErrorData = Infer<typeof EuiccPackageErrorDataSigned>

/** BF50 with a signed result; `signedWith` is the association token, or the eimSignature that v1.0 cards put in its place. */
export async function signedResult(data: ResultData, signedWith: number | null | Octets): Promise<Octets> {
  const der = encode(EuiccPackageResultDataSigned, data)
  const suffix =
    signedWith instanceof Uint8Array ? wrap(0x5f37, signedWith) : encodeAssociationToken(signedWith)
  const euiccSignEPR = await signWith('euicc', concatOctets(der, suffix))
  return encode(ProvideEimPackageResult, {
    eimPackageResult: {
      euiccPackageResult: { euiccPackageResultSigned: { euiccPackageResultDataSigned: data, euiccSignEPR } },
    },
  })
}

/** BF50 with a signed package error. */
export async function signedError(data: ErrorData, token: number | null): Promise<Octets> {
  const der = encode(EuiccPackageErrorDataSigned, data)
  const euiccSignEPE = await signWith('euicc', concatOctets(der, encodeAssociationToken(token)))
  return encode(ProvideEimPackageResult, {
    eimPackageResult: {
      euiccPackageResult: { euiccPackageErrorSigned: { euiccPackageErrorDataSigned: data, euiccSignEPE } },
    },
  })
}

export type Results = readonly Infer<typeof EuiccResultData>[]
