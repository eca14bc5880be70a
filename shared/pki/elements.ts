/** A cursor over the elements of a constructed DER element, for structures read once and never written (X.509). */
import { Asn1Fault, locate } from '../asn1/asn1-fault.ts'
import { decodeObjectIdentifier } from '../asn1/primitives.ts'
import { readTlv, readWholeTlv, showTag, type Tlv } from '../asn1/tlv.ts'
import type { Octets } from '../octets.ts'

export class Elements {
  readonly octets: Uint8Array
  readonly #end: number
  #offset: number

  constructor(octets: Uint8Array, start: number, end: number) {
    this.octets = octets
    this.#offset = start
    this.#end = end
  }

  /** The inside of the one element, tagged `tag`, that fills `octets`. @throws {Asn1Fault} */
  static inWhole(octets: Uint8Array, tag: number): Elements {
    const tlv = readWholeTlv(octets)
    if (tlv.tag !== tag) throw new Asn1Fault(`${showTag(tag)} was expected, ${showTag(tlv.tag)} was found`, 0)
    return new Elements(octets, tlv.contentStart, tlv.end)
  }

  get offset(): number {
    return this.#offset
  }

  get isDone(): boolean {
    return this.#offset >= this.#end
  }

  /** The next element, whatever it is; `read` runs with `name` on the path of its faults. @throws {Asn1Fault} */
  any<T>(name: string, read: (element: Tlv) => T): T {
    return this.#next(name, undefined, read)
  }

  /** The next element, which must carry `tag`. @throws {Asn1Fault} */
  take<T>(name: string, tag: number, read: (element: Tlv) => T): T {
    return this.#next(name, tag, read)
  }

  /** The next element if it carries `tag`, else nothing is taken. @throws {Asn1Fault} */
  takeOptional<T>(name: string, tag: number, read: (element: Tlv) => T): T | undefined {
    if (this.isDone || readTlv(this.octets, this.#offset, this.#end).tag !== tag) return undefined
    return this.take(name, tag, read)
  }

  /** Every element left, each carrying `tag`. @throws {Asn1Fault} */
  takeAll<T>(tag: number, read: (element: Tlv) => T): T[] {
    const values: T[] = []
    while (!this.isDone) values.push(this.#next(values.length, tag, read))
    return values
  }

  /** `name` by position is written out only for a fault, `tag` may be any when undefined. */
  #next<T>(name: string | number, tag: number | undefined, read: (element: Tlv) => T): T {
    try {
      const element = readTlv(this.octets, this.#offset, this.#end)
      if (tag !== undefined && element.tag !== tag) {
        throw new Asn1Fault(`${showTag(tag)} was expected, ${showTag(element.tag)} was found`, element.start)
      }
      const value = read(element)
      this.#offset = element.end
      return value
    } catch (error) {
      throw locate(error, typeof name === 'number' ? `[${name}]` : name)
    }
  }

  /** Reads the elements inside `element`; none may be left over. @throws {Asn1Fault} */
  inside<T>(element: Tlv, read: (inner: Elements) => T): T {
    const inner = new Elements(this.octets, element.contentStart, element.end)
    const value = read(inner)
    if (!inner.isDone) throw new Asn1Fault(`${element.end - inner.offset} octets are left over`, inner.offset)
    return value
  }

  /** The content octets, a view of the input. */
  content(element: Tlv): Octets {
    return this.octets.subarray(element.contentStart, element.end) as Octets
  }

  /** The element with its tag and length, a view of the input. */
  whole(element: Tlv): Octets {
    return this.octets.subarray(element.start, element.end) as Octets
  }

  objectIdentifier(element: Tlv): string {
    return decodeObjectIdentifier(this.octets, element.contentStart, element.end)
  }

  /** The octets of a BIT STRING that counts in whole octets (keys, signatures). @throws {Asn1Fault} */
  bitStringOctets(element: Tlv): Octets {
    const content = this.content(element)
    if (content[0] !== 0) throw new Asn1Fault('a BIT STRING of whole octets was expected', element.start)
    return content.subarray(1)
  }
}
