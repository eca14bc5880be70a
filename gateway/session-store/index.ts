export { MemoryVault } from './memory-vault.ts'
export { SessionSeal } from './session-seal.ts'
export type { Claim, SaveOutcome, SealedSession, SessionVault } from './session-vault.ts'
export { SqliteVault } from './sqlite-vault.ts'
