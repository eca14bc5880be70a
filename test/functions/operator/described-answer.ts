/** Holds every successful answer of the API against what its OpenAPI document says of it. */
import { ANSWERS } from '../../../functions/operator/openapi/answers.ts'
import { ROUTES } from '../../../functions/operator/routes/index.ts'

const PATTERNS = ROUTES.map(({ method, path, operationId }) => ({
  method,
  pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  operationId,
}))

/** @throws {Error} when the answer is not described, or is another than described */
export function expectDescribed(method: string, path: string, status: number, body: unknown): void {
  const pathname = path.split('?')[0] ?? ''
  const route = PATTERNS.find((each) => each.method === method && each.pattern.test(pathname))
  if (!route) return
  const verdict = ANSWERS[route.operationId]?.[status]?.safeParse(body)
  if (!verdict?.success) {
    const why = verdict ? JSON.stringify(verdict.error.issues) : 'nothing describes it'
    throw new Error(`${route.operationId} answered ${status} with ${JSON.stringify(body)}: ${why}`)
  }
}
