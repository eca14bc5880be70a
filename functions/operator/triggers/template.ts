/** Templates: JSON in which any value may be `{"cel": "…"}`, put in its place when a call comes. */
import { checkExpression, ExpressionFault, evaluate, type Seen } from './expression.ts'

const DEEPEST = 16
const MOST_EXPRESSIONS = 32

/** Does `use` for each expression in its place. @throws {ExpressionFault} with where it stands */
function walk(value: unknown, pointer: string, use: (text: string) => unknown, depth = 0): unknown {
  if (depth > DEEPEST) throw new ExpressionFault(`${pointer} is nested too deeply`)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    return value.map((each, index) => walk(each, `${pointer}/${index}`, use, depth + 1))
  }
  const expression = expressionIn(value)
  if (expression === null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, walk(each, `${pointer}/${name}`, use, depth + 1)]),
    )
  }
  try {
    return use(expression)
  } catch (error) {
    if (error instanceof ExpressionFault)
      throw new ExpressionFault(`${pointer} ${error.message}`, { cause: error })
    throw error
  }
}

function expressionIn(value: object): string | null {
  const [[name, text] = [], more] = Object.entries(value)
  return more === undefined && name === 'cel' && typeof text === 'string' ? text : null
}

/** @throws {ExpressionFault} */
export function checkTemplate(template: unknown, pointer: string): void {
  let count = 0
  walk(template, pointer, (text) => {
    if (++count > MOST_EXPRESSIONS)
      throw new ExpressionFault(`is one of more than ${MOST_EXPRESSIONS} expressions`)
    checkExpression(text)
  })
}

/** @throws {ExpressionFault} */
export function fillIn(template: unknown, pointer: string, seen: Seen): unknown {
  return walk(template, pointer, (text) => evaluate(text, seen))
}
