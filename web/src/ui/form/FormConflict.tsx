import { Button } from '@mantine/core'
import { useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { linesOf, settledValues, type ConflictLine, type Side } from '#ui/form/conflict-lines.ts'
import classes from '#ui/form/Conflict.module.css'
import type { Conflict, FieldValue, Form } from '#ui/form/use-form.ts'

/** Two people changed one record: both states, and a choice for each line. Nothing is merged silently. */
export function FormConflict<Values extends Record<string, FieldValue>>({
  form,
  conflict,
}: {
  form: Form<Values>
  conflict: Conflict<Values>
}) {
  const { t } = useTranslation()
  const id = useId()
  const section = useRef<HTMLElement>(null)
  const [chosen, setChosen] = useState<ReadonlyMap<string, Side>>(new Map())
  // Whoever asked to see it by a button, which is gone now, is led to it; after a refusal the summary above has the focus.
  useEffect(() => {
    if (document.activeElement === document.body) section.current?.focus()
  }, [])
  const states = { mine: form.values, theirs: conflict.theirs, lists: conflict.lists }
  const lines = linesOf({ ...states, base: conflict.base })
  const show = ({ field }: ConflictLine, value: FieldValue | undefined): string =>
    value === '' || value === undefined ? t('form.nothing') : (form.valueTexts.get(field)?.(String(value)) ?? String(value))
  const settle = (side?: Side): void =>
    conflict.settle(settledValues({ ...states, lines, chosen: side ? new Map(lines.map(line => [line.key, side])) : chosen }))
  const sides = [
    { side: 'theirs', heading: t('form.conflictTheirs') },
    { side: 'mine', heading: t('form.conflictMine') },
  ] as const
  return (
    <section className={classes.conflict} aria-labelledby={id} tabIndex={-1} ref={section}>
      <div>
        <h2 id={id}>{t('form.conflictTitle')}</h2>
        <p>{t(lines.length > 0 ? 'form.conflictHelp' : 'form.conflictElsewhere')}</p>
      </div>
      {lines.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{t('form.conflictField')}</th>
              {sides.map(({ side, heading }) => (
                <th key={side} scope="col">
                  {heading}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map((line, index) => (
              <tr key={line.key}>
                <th scope="row">{form.labels.get(line.field) ?? line.field}</th>
                {sides.map(({ side, heading }) => (
                  // oxlint-disable-next-line jsx-a11y/control-has-associated-label -- the label around the choice, in two spans
                  <td key={side}>
                    <label>
                      <input
                        type="radio"
                        name={`${id}-${index}`}
                        checked={(chosen.get(line.key) ?? line.proposed) === side}
                        onChange={() => setChosen(before => new Map(before).set(line.key, side))}
                      />
                      <span>
                        <span className={classes.side}>{heading}</span>
                        {show(line, line[side])}
                      </span>
                    </label>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div className={classes.choices}>
        <Button onClick={() => settle()}>{t(lines.length > 0 ? 'form.takeChosen' : 'form.goOn')}</Button>
        {lines.length > 1 && (
          <>
            <Button variant="default" onClick={() => settle('theirs')}>
              {t('form.takeTheirs')}
            </Button>
            <Button variant="default" onClick={() => settle('mine')}>
              {t('form.keepMine')}
            </Button>
          </>
        )}
      </div>
    </section>
  )
}
