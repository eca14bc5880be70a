/** A worker's way to the vault, which main keeps: one file, one writer, and no worker ever waits for a disk. */
import type { Claim, SaveOutcome, SessionSave, SessionVault } from '../session-store/index.ts'
import type { VaultCall } from './worker-message.ts'

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
}

/** A name that no session has. */
const NOBODYS = '0'.repeat(32)

export class VaultChannel implements SessionVault {
  readonly #post: (id: number, call: VaultCall) => void
  readonly #observe: (operation: VaultCall['call'], milliseconds: number) => void
  readonly #waiting = new Map<number, Waiting>()
  #next = 1
  #hasFailed = false

  /** `observe`: how long each call took, successful or not. */
  constructor(
    post: (id: number, call: VaultCall) => void,
    observe: (operation: VaultCall['call'], milliseconds: number) => void,
  ) {
    this.#post = post
    this.#observe = observe
  }

  save(sessions: readonly SessionSave[]): Promise<readonly SaveOutcome[]> {
    return this.#call({ call: 'save', sessions })
  }

  claim(name: string): Promise<Claim> {
    return this.#call({ call: 'claim', name })
  }

  remove(sessions: readonly { readonly name: string; readonly generation: number }[]): Promise<void> {
    return this.#call({ call: 'remove', sessions })
  }

  /** Whether the vault does what it is asked; after a call that failed, another one finds out. */
  isOpen(): Promise<boolean> {
    if (!this.#hasFailed) return Promise.resolve(true)
    return this.claim(NOBODYS).then(
      () => true,
      () => false,
    )
  }

  /** Main closes the vault. */
  async close(): Promise<void> {}

  /** Main's answer to a call. */
  settle(id: number, result: unknown, error: string | undefined): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    this.#hasFailed = error !== undefined
    if (error === undefined) waiting?.resolve(result)
    else waiting?.reject(new Error(error))
  }

  #call<T>(call: VaultCall): Promise<T> {
    const id = this.#next++
    const from = performance.now()
    const result = new Promise<T>((resolve, reject) => {
      // Main answers each call with what the same method of its vault gave.
      this.#waiting.set(id, { resolve: resolve as (result: unknown) => void, reject })
      this.#post(id, call)
    })
    return result.finally(() => this.#observe(call.call, performance.now() - from))
  }
}

/** Main's side: does what a worker asks. */
export function callVault(vault: SessionVault, call: VaultCall): Promise<unknown> {
  switch (call.call) {
    case 'save':
      return vault.save(call.sessions)
    case 'claim':
      return vault.claim(call.name)
    case 'remove':
      return vault.remove(call.sessions)
  }
}
