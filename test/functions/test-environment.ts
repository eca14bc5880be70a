/// <reference types="@cloudflare/vitest-plugin/types" />
/** What tests inside workerd are given, and a fleet database with its tables. */
import { applyD1Migrations, type D1Migration } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { Environment } from '../../functions/environment.ts'

interface TestBindings {
  readonly FLEET: D1Database
  readonly TEST_MIGRATIONS: D1Migration[]
}

/** The Worker's bindings, its objects' own; `EUICC` and `CHANGES` are for the caller to replace. */
export async function prepareEnvironment(replaced: Partial<Environment> = {}): Promise<Environment> {
  const { FLEET, TEST_MIGRATIONS } = env as unknown as TestBindings
  await applyD1Migrations(FLEET, TEST_MIGRATIONS)
  return { ...(env as unknown as Environment), ...replaced }
}
