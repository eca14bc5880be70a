/** The one error of the decoder and encoder: which field, at which octet, and what was wrong with it. */
import { Fault } from '../fault.ts'

/** Malformed input. `path` names the field from the outermost type inwards, `offset` is the octet within the message decoded. */
export class Asn1Fault extends Fault {
  readonly code = 'asn1-malformed'
  readonly offset: number
  readonly #reason: string
  readonly #path: string[] = []

  constructor(reason: string, offset: number) {
    super(reason)
    this.#reason = reason
    this.offset = offset
  }

  /** Dotted names, list elements in brackets: `euiccPackageSigned.euiccPackage.psmoList[1].enable.iccid`. */
  get path(): string {
    return this.#path.join('.').replaceAll('.[', '[')
  }

  /** Called on the way out of each enclosing field, innermost first. */
  within(field: string): this {
    this.#path.unshift(field)
    this.message = `${this.path}: ${this.#reason} (octet ${this.offset})`
    return this
  }
}

/** Adds the field's name to a fault that passes through it; other errors pass untouched. */
export function locate(error: unknown, field: string): unknown {
  return error instanceof Asn1Fault ? error.within(field) : error
}
