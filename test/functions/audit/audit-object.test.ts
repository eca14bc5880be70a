/** The audit log on real storage: it survives restarts and crowds, and shows every way of tampering with it. */
import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AuditObject } from '../../../functions/audit/audit-object.ts'
import { type AuditInterface, auditOf } from '../../../functions/audit/audit-stub.ts'
import { BEGINNING, type Link, writeLine } from '../../../functions/audit/chain-line.ts'
import { checkExport } from '../../../functions/audit/check-export.ts'
import type { Environment } from '../../../functions/environment.ts'
import { prepareEnvironment } from '../test-environment.ts'
import { entriesOf, entryOf } from './entries.ts'

let environment: Environment
let stub: DurableObjectStub<AuditObject>
let log: AuditInterface
beforeAll(async () => {
  environment = await prepareEnvironment()
})
beforeEach(() => {
  const tenant = `tnt_${crypto.randomUUID()}`
  stub = (environment.AUDIT as DurableObjectNamespace<AuditObject>).getByName(tenant)
  log = auditOf(environment.AUDIT, tenant)
})

const verify = (from: Link = BEGINNING, most = 1000) => log.verify(from, most)

async function exported(): Promise<readonly string[]> {
  return (await log.lines(0, 1000)).text.split('\n').slice(0, -1)
}

function tamper(query: string, ...bindings: readonly (string | number)[]): Promise<void> {
  return runInDurableObject(stub, (_, { storage }) => void storage.sql.exec(query, ...bindings))
}

describe('the log', () => {
  it('is empty and whole at first', async () => {
    expect(await verify()).toEqual({ valid: true, checked: BEGINNING, head: BEGINNING, isDone: true })
    expect(await log.list({ limit: 10, before: null })).toEqual([])
  })

  it('numbers entries, chains them, and gives them back as they came', async () => {
    const [first, second] = [entryOf(1), entryOf(2)]
    await log.append([first])
    await log.append([second])

    const [latest, before] = await log.list({ limit: 10, before: null })

    expect(latest).toMatchObject({ ...second, sequence: 2, at: new Date(second.at).toISOString() })
    expect(latest?.previous).toBe(before?.hash)
    expect(before?.previous).toBe(BEGINNING.hash)
    expect((await verify()).head).toEqual({ sequence: 2, hash: latest?.hash })
  })

  it('takes an entry once, however often it comes', async () => {
    await log.append(entriesOf(3))
    await log.append([entryOf(2), entryOf(4), entryOf(4)])

    const entries = await log.list({ limit: 10, before: null })

    expect(entries.map(({ id }) => id)).toEqual(['req_4', 'req_3', 'req_2', 'req_1'])
    expect(await verify()).toMatchObject({ valid: true, isDone: true, head: { sequence: 4 } })
  })

  it('goes on after a restart where it was', async () => {
    await log.append(entriesOf(3))
    await evictDurableObject(stub)
    await log.append([entryOf(4)])

    expect(await verify()).toMatchObject({ valid: true, isDone: true, checked: { sequence: 4 } })
  })

  it('stays one chain when many write at the same time', async () => {
    await Promise.all(entriesOf(100).map((entry) => log.append([entry])))

    expect(await verify()).toMatchObject({ valid: true, isDone: true, checked: { sequence: 100 } })
  })

  it('writes all of a call or nothing', async () => {
    const broken = entryOf(2, { at: Number.NaN })

    await expect(runInDurableObject(stub, (object) => object.append([entryOf(1), broken]))).rejects.toThrow()

    expect((await verify()).head).toEqual(BEGINNING)
    expect(await exported()).toEqual([])
  })

  it('finds by actor, action and target, in pages', async () => {
    await log.append(entriesOf(60))

    const target = '/v1/euiccs/0'
    const byTarget = await log.list({ limit: 4, before: null, target })
    const next = await log.list({ limit: 4, before: byTarget.at(-1)?.sequence ?? 0, target })
    const byAll = await log.list({
      limit: 9,
      before: null,
      target,
      actor: 'key_0',
      action: 'createOperations',
    })

    expect(byTarget.map(({ sequence }) => sequence)).toEqual([60, 55, 50, 45])
    expect(next.map(({ sequence }) => sequence)).toEqual([40, 35, 30, 25])
    expect(byAll.map(({ sequence }) => sequence)).toEqual([60, 30])
  })

  it('is checked piece by piece, to the same end', async () => {
    await log.append(entriesOf(250))
    const pieces: number[] = []

    let verdict = await verify(BEGINNING, 100)
    for (; !verdict.isDone; verdict = await verify(verdict.checked, 100))
      pieces.push(verdict.checked.sequence)

    expect(pieces).toEqual([100, 200])
    expect(verdict).toMatchObject({ valid: true, checked: verdict.head })
  })
})

describe('tampering', () => {
  beforeEach(() => log.append(entriesOf(8)))

  const members: readonly [string, string, string][] = [
    ['when', '"at":"2026', '"at":"2025'],
    ['by whom', '"id":"key_2"', '"id":"key_1"'],
    ['with which name', 'first', 'last_'],
    ['in which role', '"kind":"key"', '"kind":"eim"'],
    ['what', 'updateEuicc', 'deleteEuicc'],
    ['to what', '/v1/euiccs/0', '/v1/euiccs/9'],
    ['from where', '192.0.2.1', '192.0.2.2'],
    ['how it ended', '"status":202', '"status":403'],
    ['with which evidence', 'abab', 'abac'],
    ['its id', '"id":"req_5"', '"id":"req_x"'],
    ['its sequence', '"sequence":5', '"sequence":7'],
    ['what it continues', '"previous":"', '"previous":"0'],
    ['its hash', '"hash":"', '"hash":"0'],
  ]

  it.each(members)('with an entry, %s, is found', async (_, from, to) => {
    await tamper('UPDATE entry SET line = replace(line, ?, ?) WHERE sequence = 5', from, to)

    expect((await exported())[4]).toContain(to)
    expect(await verify()).toMatchObject({ valid: false, broken: { at: 5 }, checked: { sequence: 4 } })
    expect((await checkExport(await exported(), null)).text).toContain('BROKEN at entry 5')
  })

  it('with an entry and its hash alike is found at the next one', async () => {
    const [, , , fourth = ''] = await exported()
    const { hash } = JSON.parse(fourth) as { readonly hash: string }
    const forged = writeLine({ sequence: 4, hash }, entryOf(5, { from: '198.51.100.1' }))
    await tamper('UPDATE entry SET line = ? WHERE sequence = 5', forged.line)

    expect(await verify()).toMatchObject({ valid: false, broken: { at: 6 } })
    expect((await checkExport(await exported(), null)).text).toContain('BROKEN at entry 6')
  })

  it.each([
    ['the first', 1],
    ['one in the middle', 5],
    ['the last', 8],
  ])('by taking %s away is found', async (_, sequence) => {
    await tamper('DELETE FROM entry WHERE sequence = ?', sequence)

    expect(await verify()).toMatchObject({ valid: false, broken: { at: sequence, why: 'it is missing' } })
  })

  it('by taking an entry away and closing the gap is found', async () => {
    await tamper('DELETE FROM entry WHERE sequence = 5')
    await tamper('UPDATE entry SET sequence = sequence - 1 WHERE sequence > 5')

    expect(await verify()).toMatchObject({ valid: false, broken: { at: 5 } })
  })

  it('with the number that an entry is stored under is found', async () => {
    await tamper('UPDATE entry SET sequence = 9 WHERE sequence = 8')

    expect(await verify()).toMatchObject({ valid: false, broken: { at: 8 } })
  })

  it('by swapping two entries is found', async () => {
    for (const [from, to] of [
      [3, 99],
      [6, 3],
      [99, 6],
    ] as const) {
      await tamper('UPDATE entry SET sequence = ? WHERE sequence = ?', to, from)
    }

    expect(await verify()).toMatchObject({ valid: false, broken: { at: 3 } })
    expect((await checkExport(await exported(), null)).text).toContain('BROKEN at entry 3')
  })

  it('by adding an entry past the log is found', async () => {
    const { line } = writeLine((await verify()).head, entryOf(9))
    await tamper('INSERT INTO entry (sequence, line) VALUES (9, ?)', line)

    expect(await verify()).toMatchObject({ valid: false, broken: { at: 9 } })
  })

  it('by cutting the end off and the head with it is found by whoever noted the head', async () => {
    const noted = (await verify()).head.hash
    const sixth = JSON.parse((await exported())[5] ?? '') as { readonly hash: string }
    await tamper('DELETE FROM entry WHERE sequence > 6')
    await tamper('UPDATE head SET sequence = 6, hash = ?', sixth.hash)

    expect(await verify()).toMatchObject({ valid: true, checked: { sequence: 6 } })
    expect(await checkExport(await exported(), sixth.hash)).toMatchObject({ valid: true })
    expect(await checkExport(await exported(), noted)).toMatchObject({ valid: false })
  })

  it('by writing everything anew is found by whoever noted the head', async () => {
    const noted = (await verify()).head.hash
    await tamper('DELETE FROM entry')
    await tamper('UPDATE head SET sequence = 0, hash = ?', BEGINNING.hash)
    await log.append(entriesOf(9).map((entry) => ({ ...entry, from: '198.51.100.1' })))

    expect(await checkExport(await exported(), null)).toMatchObject({ valid: true })
    expect((await checkExport(await exported(), noted)).text).toContain('cut off or rewritten')
  })
})
