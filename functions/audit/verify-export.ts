/** `npm run audit:verify -- FILE [--head HASH]`: whether an export of the audit log is whole. Exits with 0, 1 (broken) or 2 (wrong call). */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { checkExport } from './check-export.ts'

const USAGE = `usage: npm run audit:verify -- FILE [--head HASH]

FILE  what GET /v1/audit/export gave; - for the standard input
HASH  head.hash of an earlier GET /v1/audit/verify: the entry must still be there`

function readCall(): { readonly file: string; readonly head: string | null } | null {
  try {
    const options = { head: { type: 'string' } } as const
    const { positionals, values } = parseArgs({ options, allowPositionals: true })
    const [file] = positionals
    const isHash = values.head === undefined || /^[0-9a-f]{64}$/i.test(values.head)
    if (file === undefined || positionals.length > 1 || !isHash) return null
    return { file, head: values.head?.toLowerCase() ?? null }
  } catch {
    return null
  }
}

async function main(): Promise<number> {
  const call = readCall()
  if (!call) {
    console.error(USAGE)
    return 2
  }
  const input = call.file === '-' ? process.stdin : createReadStream(call.file)
  try {
    const { valid, text } = await checkExport(
      createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }),
      call.head,
    )
    console.log(text)
    return valid ? 0 : 1
  } catch (error) {
    console.error(`${call.file} cannot be read: ${error instanceof Error ? error.message : error}`)
    return 2
  }
}

process.exitCode = await main()
