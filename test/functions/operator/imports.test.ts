/** Imports: whole fleets from a file, with errors by row. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { eidOf, type Installation, install, newOperator } from './api-client.ts'

let installation: Installation
let operator: Awaited<ReturnType<typeof newOperator>>

beforeAll(async () => {
  installation = await install()
})
beforeEach(async () => {
  operator = await newOperator(installation)
})

function importText(body: string, type = 'text/csv') {
  return operator.send('POST', '/v1/imports', { body, headers: { 'Content-Type': type } })
}

describe('an import', () => {
  it('takes CSV: known columns as settings, others as labels', async () => {
    const csv = [
      'eid,group,expectedPollSeconds,timeZone,site',
      `${eidOf(10)},meters,3600,Europe/Oslo,"Oslo, ""north"""`,
      '',
      `${eidOf(11)},,,,`,
    ]

    const { status, body } = await importText(`${csv.join('\r\n')}\r\n`)

    expect(status).toBe(201)
    expect(body).toMatchObject({ rows: 2, enrolled: 2, existing: 0, failed: 0, errors: [] })
    expect((await operator.send('GET', `/v1/euiccs/${eidOf(10)}`)).body).toMatchObject({
      group: 'meters',
      expectedPollSeconds: 3600,
      timeZone: 'Europe/Oslo',
      labels: { site: 'Oslo, "north"' },
    })
    expect((await operator.send('GET', `/v1/euiccs/${eidOf(11)}`)).body).toMatchObject({
      group: null,
      labels: {},
    })
  })

  it('takes NDJSON as single enrolments are given', async () => {
    const lines = [{ eid: eidOf(10), labels: { site: 'Oslo' } }, { eid: eidOf(11) }]

    const { body } = await importText(
      lines.map((line) => JSON.stringify(line)).join('\n'),
      'application/x-ndjson',
    )

    expect(body).toMatchObject({ rows: 2, enrolled: 2, failed: 0 })
  })

  it('tells the row of each error, and takes the others', async () => {
    const good = eidOf(12)
    const csv = [
      'eid,group',
      '123,a',
      `${good.slice(0, 31)}${(Number(good[31]) + 1) % 10},a`,
      `${good},a`,
      `${good},a`,
      'a,b,c',
    ]

    const { body } = await importText(csv.join('\n'))

    expect(body).toMatchObject({ rows: 5, enrolled: 1, failed: 4 })
    expect(body.errors.map(({ row }: { row: number }) => row)).toEqual([2, 3, 5, 6])
    expect(body.errors[1].detail).toContain('check digits')
  })

  it('counts the lines inside quoted fields', async () => {
    const { body } = await importText(`eid,note\n${eidOf(13)},"two\nlines"\nwrong,x\n`)

    expect(body.errors).toMatchObject([{ row: 4 }])
  })

  it('can be repeated', async () => {
    const csv = `eid\n${eidOf(14)}\n`
    await importText(csv)

    expect((await importText(csv)).body).toMatchObject({ enrolled: 0, existing: 1 })
  })

  it('is kept as a report', async () => {
    const made = await importText(`eid\n${eidOf(15)}\n`)

    expect((await operator.send('GET', made.headers.get('Location') ?? '')).body).toEqual(made.body)
  })

  it('takes 250 rows in one call, and no more', async () => {
    const rows = Array.from({ length: 250 }, (_, index) => `${eidOf(index + 10)},meters,Oslo`)

    const { body } = await importText(['eid,group,site', ...rows].join('\n'))
    const more = await importText(['eid,group,site', ...rows, `${eidOf(260)},meters,Oslo`].join('\n'))

    expect(body).toMatchObject({ rows: 250, enrolled: 250, failed: 0 })
    expect(more.status).toBe(413)
    expect((await operator.send('GET', '/v1/euiccs?count=estimate&limit=1')).body.count).toBe(251)
  })

  it.each([
    ['lines with nothing in them', '\n'.repeat(256_001)],
    ['fields with nothing in them', `eid\n${','.repeat(256_000)}`],
    ['one field that never ends', `eid,"${'a'.repeat(256_000)}`],
  ])('is refused unread when it is large without being many: %s', async (_, text) => {
    expect((await importText(text)).status).toBe(413)
  })

  it('needs a header that names the EIDs', async () => {
    expect((await importText(`card\n${eidOf(16)}\n`)).status).toBe(400)
  })
})
