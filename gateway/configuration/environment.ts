/** Variables that stand above the file, for what differs between nodes that share one. */

export type Environment = Readonly<Record<string, string | undefined>>

interface Override {
  readonly path: readonly [section: string, key: string]
  readonly parse: (text: string, variable: string) => unknown
}

const asText = (text: string) => text
/** What is no number stays text, and the schema says what was expected. */
const asNumber = (text: string) => (/^\d+$/.test(text) ? Number(text) : text)
const asSecret = (_text: string, variable: string) => ({ env: variable })

const OVERRIDES: Readonly<Record<string, Override>> = {
  GATEWAY_NODE_NAME: { path: ['node', 'name'], parse: asText },
  GATEWAY_NODE_NUMBER: { path: ['node', 'number'], parse: asNumber },
  GATEWAY_WORKERS: { path: ['node', 'workers'], parse: asNumber },
  GATEWAY_CLUSTER_KEY: { path: ['node', 'cluster_key'], parse: asSecret },
  GATEWAY_EDGE_URL: { path: ['edge', 'url'], parse: asText },
  GATEWAY_SESSIONS_FILE: { path: ['sessions', 'file'], parse: asText },
  GATEWAY_ADMIN_ADDRESS: { path: ['admin', 'address'], parse: asText },
}
/** Holds the token key itself, PEM, in place of `edge.token_key_file`. */
export const TOKEN_KEY_VARIABLE = 'GATEWAY_TOKEN_KEY'

export interface Overridden {
  readonly document: Readonly<Record<string, unknown>>
  /** By path: the variable a value came from. */
  readonly origins: ReadonlyMap<string, string>
}

/** Lays the variables over a parsed file. */
export function applyEnvironment(
  document: Readonly<Record<string, unknown>>,
  environment: Environment,
): Overridden {
  const result = { ...document }
  const origins = new Map<string, string>()
  for (const [variable, { path, parse }] of Object.entries(OVERRIDES)) {
    const text = environment[variable]
    if (text === undefined) continue
    const [section, key] = path
    const before = result[section]
    result[section] = { ...(isTable(before) ? before : {}), [key]: parse(text, variable) }
    origins.set(path.join('.'), variable)
  }
  return { document: result, origins }
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
