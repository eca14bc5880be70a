import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Annotation,
  alternative,
  annotate,
  choice,
  field,
  integer,
  namedInteger,
  octetString,
  optional,
  sequence,
  sequenceOf,
  size,
  UNTAGGED,
} from '../../../shared/asn1/index.ts'
import { fromHex, toHex } from '../../../shared/octets.ts'

const Result = namedInteger({ ok: 0, busy: 5 })
const Report = sequence('BF70', {
  serial: field('80', octetString(size(2))),
  answer: field(UNTAGGED, choice(UNTAGGED, { result: alternative('81', Result) })),
  counts: optional('A2', sequenceOf('A2', '02', integer)),
})

function flat(nodes: readonly Annotation[]): Annotation[] {
  return nodes.flatMap((node) => [node, ...flat(node.children)])
}

describe('annotate', () => {
  it('names each element and gives its place, value and code', () => {
    const octets = fromHex('BF700F8002CAFE810105A206020107020108')

    const [report] = annotate(octets, 'report', Report, (schema) =>
      schema === Report ? 'Report' : undefined,
    )

    expect(report).toMatchObject({ name: 'report', type: 'Report', tag: 'BF70', offset: 0, length: 18 })
    expect(report?.children).toMatchObject([
      { name: 'serial', tag: '80', offset: 3, length: 4, value: 'CAFE' },
      { name: 'answer.result', tag: '81', offset: 7, length: 3, value: 5, codeName: 'busy' },
      {
        name: 'counts',
        tag: 'A2',
        children: [
          { name: '[0]', value: 7 },
          { name: '[1]', value: 8 },
        ],
      },
    ])
  })

  it('says what breaks the type and goes on', () => {
    const [report] = annotate(fromHex('BF70078003CAFE00A200'), 'report', Report)

    expect(report?.problem).toBe('answer is missing')
    expect(report?.children).toMatchObject([
      { name: 'serial', value: 'CAFE00', problem: expect.stringContaining('2 octets were expected') },
      { name: 'counts', children: [] },
    ])
  })

  it('shows strangers by their tags', () => {
    const [report] = annotate(fromHex('BF700A8002CAFE8101008F01AA'), 'report', Report)

    expect(report?.children.at(-1)).toMatchObject({ name: '', tag: '8F', value: 'AA', children: [] })
  })

  it('keeps the rest when it is no element', () => {
    const nodes = annotate(fromHex('BF70078002CAFE8101000409'), 'report', Report)

    expect(nodes).toHaveLength(2)
    expect(nodes[1]).toMatchObject({ tag: '', offset: 10, length: 2, value: '0409' })
    expect(nodes[1]?.problem).toContain('announces')
  })

  it('lays out octets of no known type', () => {
    expect(annotate(fromHex('A003020105'), '', undefined)).toMatchObject([
      { tag: 'A0', children: [{ tag: '02', value: '05' }] },
    ])
  })

  it('does not drown in nested elements', () => {
    let hex = ''
    for (let depth = 0; depth < 200; depth++) {
      const length = hex.length / 2
      hex = `A0${length < 128 ? toHex(Uint8Array.of(length)) : `82${length.toString(16).padStart(4, '0')}`}${hex}`
    }

    expect(flat(annotate(fromHex(hex), '', undefined)).length).toBeLessThan(40)
  })

  it('never throws and loses no octet, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.boolean(), (noise, headed) => {
        const octets = headed ? Uint8Array.of(0xbf, 0x70, noise.length, ...noise) : noise
        const nodes = annotate(octets, 'report', Report)
        expect(nodes.reduce((length, node) => length + node.length, 0)).toBe(octets.length)
      }),
    )
  })
})
