/** The one base of everything this project throws: `code` is stable and may be switched on, the message carries facts, never a secret. */
export abstract class Fault extends Error {
  abstract readonly code: string

  override get name(): string {
    return this.constructor.name
  }
}
