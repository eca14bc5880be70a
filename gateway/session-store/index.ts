export { EdgeVault } from './edge-vault.ts'
export { MemoryVault } from './memory-vault.ts'
export { SessionSeal } from './session-seal.ts'
export {
  type Claim,
  FIRST_GENERATION,
  type SaveOutcome,
  type SessionSave,
  type SessionVault,
  type StateSave,
} from './session-vault.ts'
export { SqliteVault } from './sqlite-vault.ts'
