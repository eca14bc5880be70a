/** The readable form of EimConfigurationData in the API, and the credentials inside it. */
import type * as z from 'zod/mini'
import type { Json } from '../../shared/asn1/index.ts'
import { Asn1Fault, readWholeTlv } from '../../shared/asn1/index.ts'
import { fromHex, type Octets, toHex } from '../../shared/octets.ts'
import { PemFault, parseCertificate, readPem } from '../../shared/pki/index.ts'
import { EimIdType } from '../../shared/sgp32/index.ts'
import type { STEP_PARAMS } from './schemas.ts'
import { invalidMember } from './validation.ts'

type Configuration = Extract<z.output<(typeof STEP_PARAMS)['eim.add']>, { eim: unknown }>['eim']

const ID_TYPES = {
  oid: EimIdType.codes.eimIdTypeOid,
  fqdn: EimIdType.codes.eimIdTypeFqdn,
  proprietary: EimIdType.codes.eimIdTypeProprietary,
} as const

/** As the eUICC's object takes it. @throws {Problem} invalid-parameters when a credential cannot be read */
export function eimConfigurationJson(eim: Configuration, pointer: string): Json {
  const members: Record<string, Json | undefined> = {
    eimId: eim.eimId,
    eimFqdn: eim.eimFqdn,
    eimIdType: eim.eimIdType && ID_TYPES[eim.eimIdType],
    counterValue: eim.counterValue,
    associationToken: eim.associationToken,
    eimPublicKeyData: credentialOf(eim.publicKey, eim.certificate, pointer, [
      'eimPublicKey',
      'eimCertificate',
    ]),
    trustedPublicKeyDataTls: credentialOf(eim.trustedTlsPublicKey, eim.trustedTlsCertificate, pointer, [
      'trustedEimPkTls',
      'trustedCertificateTls',
    ]),
    eimSupportedProtocol: eim.supportedProtocols,
    euiccCiPKId: eim.euiccCiPKId,
    indirectProfileDownload: eim.indirectProfileDownload ? null : undefined,
  }
  return Object.fromEntries(
    Object.entries(members).filter((member): member is [string, Json] => member[1] !== undefined),
  )
}

function credentialOf(
  publicKey: string | undefined,
  certificate: string | undefined,
  pointer: string,
  [keyName, certificateName]: readonly [string, string],
): Json | undefined {
  if (publicKey !== undefined && certificate !== undefined)
    throw invalidMember(pointer, 'gives a key and a certificate; one is enough')
  if (publicKey !== undefined)
    return { [keyName]: { _der: toHex(readDer(publicKey, `${pointer}/publicKey`)) } }
  if (certificate === undefined) return undefined
  return { [certificateName]: { _der: toHex(readCertificate(certificate, `${pointer}/certificate`)) } }
}

/** DER given as hex or PEM. @throws {Problem} invalid-parameters */
export function readDer(text: string, pointer: string): Octets {
  try {
    const octets = text.includes('-----BEGIN') ? readPem(text)[0]?.der : fromHex(text)
    if (!octets || readWholeTlv(octets).tag !== 0x30) throw invalidMember(pointer, 'is no DER SEQUENCE')
    return octets as Octets
  } catch (error) {
    if (
      error instanceof Asn1Fault ||
      error instanceof PemFault ||
      (error instanceof Error && error.name === 'OctetsTextFault')
    ) {
      throw invalidMember(pointer, 'is neither hexadecimal DER nor PEM')
    }
    throw error
  }
}

/** @throws {Problem} invalid-parameters */
export function readCertificate(text: string, pointer: string): Octets {
  const der = readDer(text, pointer)
  try {
    parseCertificate(der)
    return der
  } catch (error) {
    if (error instanceof Asn1Fault) throw invalidMember(pointer, `is no certificate: ${error.message}`)
    throw error
  }
}
