/** `npm run gateway -- --config FILE`: runs one gateway node until SIGTERM; SIGHUP, or a changed file, reloads. */
import { unwatchFile, watchFile } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Configuration, ConfigurationFault, loadConfiguration } from './configuration/index.ts'
import { Gateway } from './gateway.ts'
import { createLog } from './telemetry/index.ts'

const USAGE = 'usage: npm run gateway -- --config FILE [--check]'
/** Files that change together are read once. */
const SETTLE_MS = 500
const LOOK_EVERY_MS = 2000

const log = createLog()

function readArguments(): { readonly file: string; readonly checksOnly: boolean } {
  try {
    const { values } = parseArgs({ options: { config: { type: 'string' }, check: { type: 'boolean' } } })
    if (values.config !== undefined) return { file: values.config, checksOnly: values.check ?? false }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
  }
  console.error(USAGE)
  process.exit(2)
}

/** Null when it is faulty: each fault has been told. */
function read(file: string, tell: (fault: ConfigurationFault) => void): Configuration | null {
  try {
    const configuration = loadConfiguration(file, process.env)
    for (const warning of configuration.warnings) log('warn', 'configuration_warning', { warning })
    return configuration
  } catch (error) {
    if (!(error instanceof ConfigurationFault)) throw error
    tell(error)
    return null
  }
}

const { file, checksOnly } = readArguments()
const configuration = read(file, ({ message }) => console.error(message))
if (!configuration) process.exit(1)
if (checksOnly) {
  console.log('The configuration is good.')
  process.exit(0)
}

const gateway = await Gateway.start(configuration, log).catch((error: unknown) => {
  log('error', 'not_started', { reason: error instanceof Error ? error.message : String(error) })
  process.exit(1)
})
log('info', 'started', {
  node: configuration.node.name,
  workers: configuration.node.workers,
  listeners: configuration.listeners.map(({ address }) => `${address.host}:${address.port}`).join(' '),
})

function reload(): void {
  const next = read(file, ({ problems }) => {
    for (const { file, path, expected } of problems)
      log('error', 'configuration_faulty', { file, path, expected })
  })
  if (next) {
    gateway.reload(next)
    watchAll(next.files)
  } else log('error', 'not_reloaded', { reason: 'the configuration is faulty; the one before stays' })
}

let isStopping = false
async function stop(signal: string): Promise<void> {
  if (isStopping) return
  isStopping = true
  log('info', 'stopping', { signal })
  await gateway.stop()
  log('info', 'stopped')
  process.exit(0)
}

let settling: NodeJS.Timeout | undefined
function settle(): void {
  clearTimeout(settling)
  settling = setTimeout(reload, SETTLE_MS)
}

let watched: readonly string[] = []
/** By name: a watch on the file itself ends when another takes its place, which is how files are renewed. */
function watchAll(files: readonly string[]): void {
  for (const each of watched) unwatchFile(each, settle)
  for (const each of files) watchFile(each, { interval: LOOK_EVERY_MS }, settle)
  watched = files
}

watchAll(configuration.files)
process.on('SIGHUP', reload)
process.on('SIGTERM', () => void stop('SIGTERM'))
process.on('SIGINT', () => void stop('SIGINT'))
