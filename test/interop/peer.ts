/** A program nobody here wrote, what it takes to have it, and what it is to prove. */
import { spawn } from 'node:child_process'
import type { GatewayUnderTest } from './gateway-under-test.ts'

export interface PeerCase {
  readonly name: string
  /** @throws {@link CaseFailure} */
  run(gateway: GatewayUnderTest): Promise<void>
}

export interface Peer {
  readonly name: string
  /** What it proves, for the table. */
  readonly proves: string
  /** Installs and builds what is missing; gives the version. @throws when it cannot be had here */
  prepare(): Promise<string>
  readonly cases: readonly PeerCase[]
}

export class CaseFailure extends Error {}

export interface Ran {
  readonly status: number | null
  readonly output: string
}

const LIMIT_MS = 60_000

/** `input` is written to the program, which then has `lingerMs` to hear the answer before its input ends. */
export function run(
  command: string,
  flags: readonly string[],
  options: {
    readonly input?: Buffer
    readonly lingerMs?: number
    readonly limitMs?: number
    readonly cwd?: string
  } = {},
): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(command, flags, { stdio: ['pipe', 'pipe', 'pipe'], cwd: options.cwd })
    let output = ''
    child.stdout.on('data', (part: Buffer) => {
      output += part.toString('latin1')
    })
    child.stderr.on('data', (part: Buffer) => {
      output += part.toString('latin1')
    })
    child.stdin.on('error', () => undefined)
    const limit = setTimeout(() => child.kill('SIGKILL'), options.limitMs ?? LIMIT_MS)
    child.on('error', (error) => resolve({ status: null, output: String(error) }))
    child.on('close', (status) => {
      clearTimeout(limit)
      resolve({ status, output })
    })
    if (options.input) child.stdin.write(options.input)
    setTimeout(() => child.stdin.end(), options.lingerMs ?? 0)
  })
}

export function expectIn(output: string, ...wanted: readonly string[]): void {
  for (const each of wanted) {
    if (!output.includes(each)) throw new CaseFailure(`«${each}» is missing in:\n${output}`)
  }
}

export function expectEqual(found: unknown, wanted: unknown, what: string): void {
  if (JSON.stringify(found) === JSON.stringify(wanted)) return
  throw new CaseFailure(`${what}: ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`)
}

/** Installs Debian packages unless `command` is there. */
export async function installed(command: string, ...packages: readonly string[]): Promise<void> {
  const found = await run('sh', ['-c', `command -v ${command}`])
  if (found.status === 0) return
  const install = `apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ${packages.join(' ')}`
  const { status, output } = await run('sh', ['-c', install], { limitMs: 300_000 })
  if (status !== 0) throw new Error(output.split('\n').slice(-3).join(' '))
}

/** CON POST to `/e` with this body (RFC 7252 §3). */
export function coapPoll(messageId: number, body = 'poll'): Buffer {
  const id = Buffer.alloc(2)
  id.writeUInt16BE(messageId)
  return Buffer.concat([Buffer.of(0x41, 0x02), id, Buffer.of(0x77, 0xb1, 0x65, 0xff), Buffer.from(body)])
}
