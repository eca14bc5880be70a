import { describe, expect, it } from 'vitest'
import {
  headOf,
  rowAt,
  rowsOf,
  spanOf,
  stepFor,
  visibleRows,
} from '../../functions/console/browser/pages/protocol/layout.ts'
import { fromHex } from '../../shared/octets.ts'
import { annotateMessage } from '../../shared/sgp32/message-types.ts'

const POLL = fromHex('BF4F125A1089044045930000000000002153893210')
const rows = rowsOf(annotateMessage(POLL))
const NOTHING_CLOSED = new Set<number>()

describe('a message laid out for the page', () => {
  it('lists elements with their depth', () => {
    expect(rows.map(({ node, depth }) => [node.name, depth])).toEqual([
      ['GetEimPackageRequest', 0],
      ['eidValue', 1],
    ])
  })

  it('finds the innermost element of an octet', () => {
    expect(rowAt(rows, 0)?.index).toBe(0)
    expect(rowAt(rows, 3)?.index).toBe(1)
    expect(rowAt(rows, POLL.length)).toBeUndefined()
  })

  it('tells tag and length from the content', () => {
    const [message, eid] = rows
    if (!message || !eid) throw new Error('the poll has two elements')

    expect(headOf(message, POLL)).toEqual({ start: 0, end: 3 })
    expect(headOf(eid, POLL)).toEqual({ start: 3, end: 5 })
    expect(spanOf(eid)).toEqual({ start: 3, end: 21 })
  })

  it('hides what is inside a closed element', () => {
    expect(visibleRows(rows, new Set([0])).map(({ index }) => index)).toEqual([0])
  })

  it.each([
    ['ArrowDown', 0, { kind: 'choose', index: 1 }],
    ['ArrowUp', 1, { kind: 'choose', index: 0 }],
    ['ArrowUp', 0, undefined],
    ['End', 0, { kind: 'choose', index: 1 }],
    ['ArrowLeft', 0, { kind: 'close', index: 0 }],
    ['ArrowLeft', 1, { kind: 'choose', index: 0 }],
    ['ArrowRight', 0, { kind: 'choose', index: 1 }],
    ['a', 0, undefined],
  ])('answers %s on row %i as trees do', (key, chosen, step) => {
    expect(stepFor(key, rows, NOTHING_CLOSED, chosen)).toEqual(step)
  })

  it('opens a closed element again', () => {
    expect(stepFor('ArrowRight', rows, new Set([0]), 0)).toEqual({ kind: 'open', index: 0 })
  })
})
