export { cipherSuites } from './cipher-suite.ts'
export { type ClientTrust, isStillTrusted } from './client-trust.ts'
export { type CookieKey, type CookieOffice, createCookieOffice } from './cookie.ts'
export { earliest } from './deadline-queue.ts'
export type { CloseReason, DropCounters, DropReason, Effect, UnsentReason } from './endpoint-effect.ts'
export { type NamedGroup, namedGroup, type RandomSource } from './named-group.ts'
export { DecodeFault } from './octet-reader.ts'
export { addressKey, addressText, isSameAddress, normalAddress, type PeerAddress } from './peer-address.ts'
export type { PeerIdentity } from './peer-identity.ts'
export { CONNECTION_ID_OFFSET, contentType } from './record.ts'
export { createResumptionStore, type ResumptionStore, type TicketKey } from './resumption.ts'
export { CredentialFault, createServerCredential, type ServerCredential } from './server-credential.ts'
export { RESERVED_WRITES, ServerEndpoint } from './server-endpoint.ts'
export type { ServerHandshake } from './server-handshake.ts'
export {
  CONSTRAINED_INITIAL_TIMEOUT_MS,
  DEFAULT_CID_LENGTH,
  DEFAULT_DATAGRAM_LIMIT,
  DEFAULT_INITIAL_TIMEOUT_MS,
  type ServerOptions,
  type TenantPolicy,
} from './server-options.ts'
export type { ReadProgress, Session } from './session.ts'
export { addProgress, readSessionState, type SessionState, writeSessionState } from './session-state.ts'
