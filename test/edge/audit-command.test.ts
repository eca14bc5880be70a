/** The command that checks an export of the audit log, and the dozen lines that do so without it. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { AuditChain } from '../../functions/audit/audit-chain.ts'
import { entriesOf } from '../functions/audit/entries.ts'
import { nodeSql } from './node-sql.ts'

const COMMAND = 'functions/audit/verify-export.ts'
const [, script = ''] = /```sh\n([^`]*)```/.exec(readFileSync('functions/audit/README.md', 'utf8')) ?? []

const folder = mkdtempSync(path.join(tmpdir(), 'audit-'))
afterAll(() => rmSync(folder, { recursive: true }))

const chain = new AuditChain(nodeSql())
chain.append(entriesOf(12))
const whole = chain.lines(0, 100).text
const head = chain.head().hash

interface Ended {
  readonly code: number
  readonly output: string
}

function run(program: string, parameters: readonly string[], input = ''): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(program, parameters, (error, output) =>
      resolve({ code: error ? Number(error.code) : 0, output }),
    )
    child.stdin?.end(input)
  })
}

function command(text: string, ...options: readonly string[]): Promise<Ended> {
  const file = path.join(folder, 'export.ndjson')
  writeFileSync(file, text)
  return run(process.execPath, ['--disable-warning=ExperimentalWarning', COMMAND, file, ...options])
}

const withoutLine = (text: string, number: number) =>
  text
    .split('\n')
    .filter((_, index) => index !== number - 1)
    .join('\n')

const FORGERIES: readonly [string, string, number][] = [
  ['a changed entry', whole.replace('192.0.2.1', '192.0.2.9'), 1],
  ['an entry that is missing', withoutLine(whole, 5), 5],
  ['a line that is cut', whole.slice(0, -20), 12],
  ['a first entry that is missing', withoutLine(whole, 1), 1],
]

describe('npm run audit:verify', () => {
  it('finds an export whole, and the head that was noted', async () => {
    const text = `VALID: entries 1 to 12, head ${head}\n`

    expect(await command(whole)).toEqual({ code: 0, output: text })
    expect(await command(whole, '--head', head)).toEqual({ code: 0, output: text })
  })

  it('finds that the end was cut off, by the head that was noted', async () => {
    const { code, output } = await command(chain.lines(0, 10).text, '--head', head)

    expect({ code, output }).toEqual({ code: 1, output: expect.stringMatching(/^BROKEN: .*cut off/) })
  })

  it('says of a part that it is one', async () => {
    const { code, output } = await command(chain.lines(4, 100).text)

    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('5 to 12 (a part') })
  })

  it.each(FORGERIES.slice(0, 3))('finds %s', async (_, text, at) => {
    const { code, output } = await command(text)

    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining(`BROKEN at`) })
    expect(output).toMatch(new RegExp(`(entry|line) ${at}\\b`))
  })

  it('tells how it is called, and what it cannot read', async () => {
    expect((await run(process.execPath, [COMMAND])).code).toBe(2)
    expect((await command(whole, '--head', 'abc')).code).toBe(2)
    expect((await run(process.execPath, [COMMAND, path.join(folder, 'none')])).code).toBe(2)
  })
})

describe('the lines in the README', () => {
  it('find an export whole', async () => {
    expect(await run('sh', ['-c', script], whole)).toEqual({ code: 0, output: `valid, head ${head}\n` })
  })

  it.each(FORGERIES.filter(([name]) => !name.includes('cut')))('find %s', async (_, text, at) => {
    expect(await run('sh', ['-c', script], text)).toEqual({ code: 1, output: `broken at ${at}\n` })
  })
})
