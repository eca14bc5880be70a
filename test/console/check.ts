/** Runs checks one after the other and sums them up as `.ci/run` wants it. */
export class Checks {
  #passed = 0
  #failed = 0

  async check(name: string, act: () => Promise<void>): Promise<void> {
    try {
      await act()
      this.#passed++
      console.log(`  ok      ${name}`)
    } catch (error) {
      this.#failed++
      console.log(`  FAILED  ${name}\n${error instanceof Error ? error.stack : String(error)}`)
    }
  }

  /** Says the sum; gives the exit code. */
  finish(): number {
    console.log(`${this.#passed} passed, ${this.#failed} failed`)
    return this.#failed === 0 ? 0 : 1
  }
}
