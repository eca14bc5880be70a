/** Decides what a ClientHello and the configuration have in common, or why nothing comes of it. */
import { type AlertDescription, alertDescription } from './alert.ts'
import { type CertificateType, certificateType } from './certificate-message.ts'
import { type CipherSuite, findCipherSuite } from './cipher-suite.ts'
import type { ClientHello } from './client-hello.ts'
import {
  extensionType,
  readConnectionId,
  readEmpty,
  readMaxFragmentLength,
  readNumberList,
  readOctetList,
  readProtocolNames,
  readRecordSizeLimit,
  readServerName,
} from './extension.ts'
import { type NamedGroup, namedGroup } from './named-group.ts'
import { CONTENT_LIMIT } from './record.ts'
import type { ServerCredential } from './server-credential.ts'
import type { ServerOptions, TenantPolicy } from './server-options.ts'
import { type SignatureScheme, signatureSchemes } from './signature-scheme.ts'

export interface Refusal {
  readonly alert: AlertDescription
  readonly reason: string
}

/** What holds whatever the key exchange will be. */
export interface Agreement {
  readonly policy: TenantPolicy
  readonly serverName: string | undefined
  /** The Connection ID the client wants to receive; `undefined` when it knows none. */
  readonly peerCid: Buffer | undefined
  /** Octets of content the client takes in one record. */
  readonly contentLimit: number
  readonly protocol: string | undefined
  readonly checksRoutability: boolean
  /** Empty when the client takes tickets but has none; `undefined` when it takes none. */
  readonly ticket: Buffer | undefined
}

/** What a full handshake needs besides. */
export interface KeyAgreement {
  readonly suite: CipherSuite
  readonly group?: NamedGroup
  readonly proof?: ServerProof
  readonly clientCertificateType: CertificateType
}

export interface ServerProof {
  readonly credential: ServerCredential
  readonly scheme: SignatureScheme
  readonly type: CertificateType
}

/** Connection IDs of a peer above this are treated as if not offered; they would be echoed in every record. */
const PEER_CID_LIMIT = 32
/** What an inner content type and padding may take of a record size limit. */
const CID_MARGIN = 16
const RENEGOTIATION_SCSV = 0x00ff

/** @throws {DecodeFault} when an extension is malformed */
export function negotiate(hello: ClientHello, options: ServerOptions): Agreement | Refusal {
  const { extensions } = hello
  const read = <Value>(type: number, reader: (body: Buffer) => Value): Value | undefined => {
    const body = extensions.get(type)
    return body === undefined ? undefined : reader(body)
  }
  if (!read(extensionType.extendedMasterSecret, readEmpty)) {
    return { alert: alertDescription.handshakeFailure, reason: 'extended master secret missing' }
  }
  const renegotiation = extensions.get(extensionType.renegotiationInfo)
  if (renegotiation && !renegotiation.equals(Buffer.of(0))) {
    return { alert: alertDescription.handshakeFailure, reason: 'renegotiation' }
  }
  const serverName = read(extensionType.serverName, readServerName)
  const policy = options.tenantFor(serverName)
  if (policy === undefined) return { alert: alertDescription.unrecognizedName, reason: 'server name unknown' }
  const offeredCid = read(extensionType.connectionId, readConnectionId)
  const peerCid = offeredCid && offeredCid.length <= PEER_CID_LIMIT ? offeredCid : undefined
  const offeredProtocols = read(extensionType.applicationLayerProtocolNegotiation, readProtocolNames) ?? []
  const recordSizeLimit = read(extensionType.recordSizeLimit, readRecordSizeLimit)
  const maxFragmentLength = read(extensionType.maxFragmentLength, readMaxFragmentLength)
  const margin = peerCid ? CID_MARGIN : 0
  return {
    policy,
    serverName,
    peerCid,
    contentLimit: Math.min(
      CONTENT_LIMIT,
      recordSizeLimit ? recordSizeLimit - margin : (maxFragmentLength ?? CONTENT_LIMIT),
    ),
    protocol: options.applicationProtocols.find((name) => offeredProtocols.includes(name)),
    checksRoutability:
      peerCid !== undefined && read(extensionType.returnRoutabilityCheck, readEmpty) === true,
    ticket: extensions.get(extensionType.sessionTicket),
  }
}

/** The first suite of the server's order that both sides can carry out. @throws {DecodeFault} */
export function agreeOnKeys(
  hello: ClientHello,
  policy: TenantPolicy,
  options: ServerOptions,
): KeyAgreement | Refusal {
  const offer = readOffer(hello)
  const group = options.groups.find((candidate) => offer.groups.includes(candidate))
  const proof = chooseProof(policy.credentials, offer)
  const type = chooseClientCertificateType(policy, offer.clientCertificateTypes)
  for (const code of options.suites) {
    const suite = findCipherSuite(code)
    if (suite === undefined || !hello.suites.includes(code)) continue
    if (suite.keyExchange !== 'psk' && group === undefined) continue
    if (suite.keyExchange !== 'ecdhe-ecdsa') {
      if (!policy.hasPreSharedKeys) continue
      return { suite, clientCertificateType: type ?? certificateType.x509, ...withGroup(suite, group) }
    }
    if (proof === undefined) continue
    if (type === undefined) {
      return { alert: alertDescription.unsupportedCertificate, reason: 'no common client certificate type' }
    }
    return { suite, proof, clientCertificateType: type, ...withGroup(suite, group) }
  }
  return { alert: alertDescription.handshakeFailure, reason: 'no common cipher suite' }
}

function withGroup(suite: CipherSuite, group: NamedGroup | undefined): { readonly group?: NamedGroup } {
  return suite.keyExchange === 'psk' || group === undefined ? {} : { group }
}

/** The client knows RFC 5746, by the extension or by the signalling suite of §3.3. */
export function knowsSecureRenegotiation({ suites, extensions }: ClientHello): boolean {
  return suites.includes(RENEGOTIATION_SCSV) || extensions.has(extensionType.renegotiationInfo)
}

interface Offer {
  readonly groups: readonly number[]
  readonly schemes: readonly number[]
  readonly serverCertificateTypes: readonly number[]
  readonly clientCertificateTypes: readonly number[]
}

function readOffer({ extensions }: ClientHello): Offer {
  const list = (type: number, reader: (body: Buffer) => number[], otherwise: readonly number[]) => {
    const body = extensions.get(type)
    return body === undefined ? otherwise : reader(body)
  }
  const pointFormats = list(extensionType.ecPointFormats, readOctetList, [0])
  return {
    // Without the uncompressed form no curve but x25519 could be used, and every client must have it (RFC 8422 §5.1.2).
    groups: pointFormats.includes(0)
      ? list(extensionType.supportedGroups, readNumberList, [namedGroup.secp256r1])
      : [],
    // A missing list would mean SHA-1 (RFC 5246 §7.4.1.4.1).
    schemes: list(extensionType.signatureAlgorithms, readNumberList, []),
    serverCertificateTypes: list(extensionType.serverCertificateType, readOctetList, [certificateType.x509]),
    clientCertificateTypes: list(extensionType.clientCertificateType, readOctetList, [certificateType.x509]),
  }
}

function chooseProof(credentials: readonly ServerCredential[], offer: Offer): ServerProof | undefined {
  const scheme = signatureSchemes.find((candidate) => offer.schemes.includes(candidate))
  if (scheme === undefined) return undefined
  for (const credential of credentials) {
    if (!offer.groups.includes(credential.group)) continue
    const type = offer.serverCertificateTypes.find((candidate) => canShow(credential, candidate))
    if (type === certificateType.x509 || type === certificateType.rawPublicKey)
      return { credential, scheme, type }
  }
  return undefined
}

function canShow(credential: ServerCredential, type: number): boolean {
  return (
    type === certificateType.rawPublicKey || (type === certificateType.x509 && credential.chain.length > 0)
  )
}

/** `undefined` when the tenant asks for a certificate but believes none of the kinds the client has. */
function chooseClientCertificateType(
  { clientAuthentication, trust }: TenantPolicy,
  offered: readonly number[],
): CertificateType | undefined {
  const { x509, rawPublicKey } = certificateType
  if (clientAuthentication === 'none') return x509
  const believesChains = trust.anchors.length > 0 || trust.pinnedCertificates.size > 0
  const believed = [
    ...(trust.rawPublicKeys.size > 0 ? [rawPublicKey] : []),
    ...(believesChains ? [x509] : []),
  ]
  const common = offered.find((type) => believed.some((candidate) => candidate === type))
  if (common === rawPublicKey || common === x509) return common
  return clientAuthentication === 'optional' && offered.includes(x509) ? x509 : undefined
}
