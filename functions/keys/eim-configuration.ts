/** What an eUICC has to know of an eIM to trust it: EimConfigurationData (SGP.32 §2.11.1.1), in its three uses. */
import { encode, type Infer, type Json } from '../../shared/asn1/index.ts'
import type { Octets } from '../../shared/octets.ts'
import {
  AddInitialEimRequest,
  EimConfigurationData,
  EimIdType,
  type EimSupportedProtocol,
} from '../../shared/sgp32/index.ts'
import { type EimIdentity, type EimKey, startingKey, type TransportTrust } from './eim-identity.ts'

export interface EimConfigurationOptions {
  /** The eUICC takes packages with a higher counterValue only. Default: 0 for a new association; an update goes on. */
  readonly counterValue?: number | undefined
  /** Subject key identifier of the CI whose chain the eUICC shall sign with; its own choice without. */
  readonly euiccCiPKId?: Octets | undefined
  /** Announce that the eIM talks to SM-DP+ servers for the IPA. */
  readonly indirectProfileDownload?: boolean | undefined
  /** How devices may reach the eIM. Default: HTTPS alone, since CoAP needs a gateway. */
  readonly supportedProtocols?: Infer<typeof EimSupportedProtocol> | undefined
  /** Default: the one that new associations start with. */
  readonly keyId?: string | undefined
}

type Configuration = Infer<typeof EimConfigurationData>

/** Asks the eUICC to make a token, with which it tells apart successive associations with one eIM (SGP.32 §2.11.1.1). */
const REQUEST_ASSOCIATION_TOKEN = -1

const ID_TYPES = {
  oid: EimIdType.codes.eimIdTypeOid,
  fqdn: EimIdType.codes.eimIdTypeFqdn,
  proprietary: EimIdType.codes.eimIdTypeProprietary,
} as const

/** The AddInitialEimRequest (BF57) for production lines and first installation: one eIM, with a token asked for. */
export function addInitialEim(identity: EimIdentity, options: EimConfigurationOptions = {}): Octets {
  return encode(AddInitialEimRequest, { eimConfigurationDataList: [associationOf(identity, options)] })
}

/** EimConfigurationData for `eim.add`, as operations take it: like AddInitialEim, sent by the eIM that is there already. */
export function eimAddConfiguration(identity: EimIdentity, options: EimConfigurationOptions = {}): Json {
  return EimConfigurationData.toJson(associationOf(identity, options))
}

/** EimConfigurationData for `eim.update`: the association and its token stay, the key and what goes with it change. */
export function eimUpdateConfiguration(identity: EimIdentity, options: EimConfigurationOptions = {}): Json {
  return EimConfigurationData.toJson(configurationOf(identity, options))
}

function associationOf(identity: EimIdentity, options: EimConfigurationOptions): Configuration {
  return {
    ...configurationOf(identity, { ...options, counterValue: options.counterValue ?? 0 }),
    associationToken: REQUEST_ASSOCIATION_TOKEN,
  }
}

function configurationOf(identity: EimIdentity, options: EimConfigurationOptions): Configuration {
  return {
    eimId: identity.eimId,
    eimFqdn: identity.eimFqdn,
    eimIdType: ID_TYPES[identity.eimIdType],
    counterValue: options.counterValue,
    eimPublicKeyData: publicKeyDataOf(keyFor(identity, options.keyId)),
    trustedPublicKeyDataTls: identity.transportTrust ? trustDataOf(identity.transportTrust) : undefined,
    eimSupportedProtocol: options.supportedProtocols ?? ['eimRetrieveHttps'],
    euiccCiPKId: options.euiccCiPKId,
    indirectProfileDownload: options.indirectProfileDownload ? null : undefined,
  }
}

function publicKeyDataOf({ certificate, publicKey }: EimKey): Configuration['eimPublicKeyData'] {
  return certificate ? { eimCertificate: certificate } : { eimPublicKey: publicKey }
}

function trustDataOf({ kind, der }: TransportTrust): Configuration['trustedPublicKeyDataTls'] {
  return kind === 'publicKey' ? { trustedEimPkTls: der } : { trustedCertificateTls: der }
}

/** @throws {RangeError} when the identity has no usable key of that id */
function keyFor(identity: EimIdentity, keyId: string | undefined): EimKey {
  if (keyId === undefined) return startingKey(identity)
  const key = identity.keys.find(({ id, state }) => id === keyId && state !== 'retired')
  if (!key) throw new RangeError(`the eIM identity ${identity.id} has no usable key ${keyId}`)
  return key
}
