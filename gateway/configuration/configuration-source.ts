/** Reads the files a configuration names, and gathers what is wrong with them. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Fault } from '../../shared/fault.ts'
import { type PemBlock, readPem } from '../../shared/pki/index.ts'
import { ConfigurationFault, type ConfigurationProblem } from './configuration-fault.ts'
import type { Secret } from './configuration-file.ts'
import type { Environment } from './environment.ts'

/** What a key must be, said without its value. */
export class Unusable extends Fault {
  readonly code = 'configuration-value-unusable'
}

export class ConfigurationSource {
  readonly warnings: string[] = []
  readonly #file: string
  readonly #environment: Environment
  readonly #problems: ConfigurationProblem[] = []
  readonly #files: Set<string>

  constructor(file: string, environment: Environment) {
    this.#file = file
    this.#environment = environment
    this.#files = new Set([path.resolve(file)])
  }

  /** Every file that was read. */
  get files(): readonly string[] {
    return [...this.#files]
  }

  problem(at: string, expected: string, file = this.#file): void {
    this.#problems.push({ file, path: at, expected })
  }

  /** What works for now. */
  warn(at: string, ...warnings: readonly string[]): void {
    for (const warning of warnings) this.warnings.push(`${at}: ${warning}`)
  }

  /** @throws {ConfigurationFault} when anything was wrong so far */
  throwProblems(): void {
    if (this.#problems.length > 0) throw new ConfigurationFault(this.#problems)
  }

  /** What `make` gives; when it throws a fault, the problem is noted at `at` and `fallback` stands in until all is read. */
  attempt<Value>(at: string, fallback: Value, make: () => Value): Value {
    try {
      return make()
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      this.problem(at, error.message)
      return fallback
    }
  }

  /** Relative names start at the configuration file; `${NAME}` is taken from the environment. */
  resolve(name: string): string {
    const expanded = name.replace(/\$\{(\w+)\}/g, (_all, variable: string) => {
      const value = this.#environment[variable]
      if (value === undefined) throw new Unusable(`expected the variable ${variable}, which is not set`)
      return value
    })
    return path.resolve(path.dirname(this.#file), expanded)
  }

  text(name: string): string {
    const file = this.resolve(name)
    this.#files.add(file)
    try {
      return readFileSync(file, 'utf8')
    } catch (error) {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
      throw new Unusable(`expected a readable file, and ${file} is not (${reason})`, { cause: error })
    }
  }

  /** The blocks of a PEM file that are called one of `labels`. */
  pem(name: string, ...labels: readonly string[]): readonly PemBlock[] {
    const blocks = readPem(this.text(name)).filter(({ label }) => labels.includes(label))
    if (blocks.length === 0) throw new Unusable(`expected a PEM file with ${labels.join(' or ')}`)
    return blocks
  }

  secret(secret: Secret): string {
    if ('file' in secret) return this.text(secret.file).trim()
    const value = this.#environment[secret.env]
    if (value === undefined) throw new Unusable(`expected the variable ${secret.env}, which is not set`)
    return value.trim()
  }

  variable(name: string): string | undefined {
    return this.#environment[name]
  }
}
