import { useState } from 'hono/jsx/dom'
import { Icon } from '../parts/icon.tsx'
import { chooseTheme, chosenTheme, THEMES } from './theme.ts'

const LABELS = { system: 'As the system', light: 'Light', dark: 'Dark' } as const

export function ThemeSwitch() {
  const [theme, setTheme] = useState(chosenTheme())
  return (
    <fieldset class="theme-switch">
      <legend class="visually-hidden">Colours</legend>
      {THEMES.map((each) => (
        <label key={each} title={LABELS[each]}>
          <input
            type="radio"
            name="theme"
            value={each}
            checked={theme === each}
            onChange={() => {
              chooseTheme(each)
              setTheme(each)
            }}
          />
          <Icon name={each} />
          <span class="visually-hidden">{LABELS[each]}</span>
        </label>
      ))}
    </fieldset>
  )
}
