/** Rows of an import: CSV (RFC 4180) or NDJSON, each checked as a single enrolment would be. */
import type * as z from 'zod/mini'
import type { Enrolment } from '../euicc/euicc-interface.ts'
import { MOST_ENROLLED } from '../fleet/index.ts'
import { Problem } from './problem.ts'
import { NewEuicc } from './schemas.ts'
import { validate } from './validation.ts'

export interface RowError {
  /** Line of the body, the first being 1. */
  readonly row: number
  readonly detail: string
}

export interface ReadRows {
  readonly enrolments: readonly Enrolment[]
  readonly errors: readonly RowError[]
  readonly rows: number
}

/** A row may be long, and its error repeat it. */
const LONGEST_DETAIL = 200

export interface ImportBody {
  readonly text: string
  readonly format: 'csv' | 'ndjson'
  readonly tenant: string
  readonly chooseEimId: (eimId: string | undefined, pointer: string) => string
}

/** @throws {Problem} content-too-large when there are more than {@link MOST_ENROLLED}; it looks no further then */
export function readRows({ text, format, tenant, chooseEimId }: ImportBody): ReadRows {
  const enrolments = new Map<string, Enrolment>()
  const errors: RowError[] = []
  let rows = 0
  for (const { row, read } of format === 'csv' ? csvRows(text) : ndjsonRows(text)) {
    if (++rows > MOST_ENROLLED)
      throw new Problem('content-too-large', `an import takes at most ${MOST_ENROLLED} rows`)
    try {
      const enrolment = enrolmentOf(validate(NewEuicc, read()), tenant, chooseEimId)
      if (enrolments.has(enrolment.eid))
        errors.push({ row, detail: `${enrolment.eid} stands in an earlier row` })
      else enrolments.set(enrolment.eid, enrolment)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      errors.push({ row, detail: error.message.slice(0, LONGEST_DETAIL) })
    }
  }
  return { enrolments: [...enrolments.values()], errors, rows }
}

function enrolmentOf(
  {
    eid,
    eimId,
    labels = {},
    group = null,
    expectedPollSeconds = null,
    timeZone = null,
  }: z.output<typeof NewEuicc>,
  tenant: string,
  chooseEimId: ImportBody['chooseEimId'],
): Enrolment {
  return { tenant, eid, eimId: chooseEimId(eimId, '/eimId'), labels, group, expectedPollSeconds, timeZone }
}

interface Row {
  readonly row: number
  readonly read: () => unknown
}

function* ndjsonRows(text: string): Generator<Row> {
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() !== '') yield { row: index + 1, read: () => parseLine(line) }
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    throw new Problem('bad-request', 'the line is not JSON', { cause: error })
  }
}

const SETTINGS: ReadonlySet<string> = new Set(['eid', 'group', 'timeZone', 'eimId'])

/** @throws {Problem} when the header names no `eid` */
function* csvRows(text: string): Generator<Row> {
  const records = readCsv(text)
  const columns: readonly string[] = records.next().value?.fields ?? []
  if (!columns.includes('eid'))
    throw new Problem('bad-request', 'the first line of the CSV must name its columns, eid among them')
  for (const { row, fields } of records) yield { row, read: () => euiccOf(columns, fields) }
}

function euiccOf(columns: readonly string[], fields: readonly string[]): unknown {
  if (fields.length !== columns.length) {
    throw new Problem('bad-request', `${columns.length} columns are named, the row has ${fields.length}`)
  }
  const euicc: Record<string, unknown> = {}
  const labels: Record<string, string> = {}
  columns.forEach((column, index) => {
    const value = fields[index] ?? ''
    if (value === '') return
    if (SETTINGS.has(column)) euicc[column] = value
    else if (column === 'expectedPollSeconds') euicc[column] = Number(value)
    else labels[column] = value
  })
  return { ...euicc, labels }
}

interface CsvRecord {
  readonly row: number
  readonly fields: readonly string[]
}

/** Quoted fields may hold commas, line breaks and doubled quotes. Empty lines are passed over. */
function* readCsv(text: string): Generator<CsvRecord, undefined> {
  let row = 1
  let fields: string[] = []
  let start = row
  const pattern = /("(?:[^"]|"")*"|[^,\r\n]*)(,|\r?\n|\r|$)/gy
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const [, field = '', end = ''] = match
    fields.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field.trim())
    row += field.split('\n').length - 1
    if (end !== ',') {
      if (fields.length > 1 || fields[0] !== '') yield { row: start, fields }
      fields = []
      row++
      start = row
    }
    if (end === '') return
  }
}
