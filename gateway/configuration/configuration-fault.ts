/** What is wrong with a configuration, all of it at once, so that an operator mends it in one go. */
import { Fault } from '../../shared/fault.ts'

export interface ConfigurationProblem {
  /** The file, or `environment`. */
  readonly file: string
  /** The offending key, as `listeners[0].address`; or the variable; or line and column of what is no TOML. */
  readonly path: string
  /** What was expected there. Never holds the value of a secret. */
  readonly expected: string
}

export class ConfigurationFault extends Fault {
  readonly code = 'configuration-unusable'
  readonly problems: readonly ConfigurationProblem[]

  constructor(problems: readonly ConfigurationProblem[]) {
    super(problems.map(({ file, path, expected }) => `${file}: ${path}: ${expected}`).join('\n'))
    this.problems = problems
  }
}
