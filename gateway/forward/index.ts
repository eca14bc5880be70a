export { type EdgeAttempt, EdgeClient, type EdgeRequest } from './edge-client.ts'
export { type EdgeContact, Forwarder, type ForwarderOptions, type ForwardRequest } from './forwarder.ts'
export { createTokenSigner, type SignToken, type TokenRequest } from './identity-token.ts'
export type { ForwardOutcome } from './tenant-edge.ts'
