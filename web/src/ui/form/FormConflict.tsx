import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import classes from '#ui/form/Form.module.css'
import type { FieldValue, Form } from '#ui/form/use-form.ts'

/** Two people changed one record: both states, and a choice. Nothing is merged silently. */
export function FormConflict<Values extends Record<string, FieldValue>>({ form }: { form: Form<Values> }) {
  const { t } = useTranslation()
  const { conflict } = form
  if (!conflict) return null
  const show = (name: string, value: FieldValue | undefined): string =>
    value === '' || value === undefined ? t('form.nothing') : (form.valueTexts.get(name)?.(String(value)) ?? String(value))
  return (
    <div className={`${classes.notice} ${classes.conflict}`}>
      <div>
        <h3>{t('form.conflictTitle')}</h3>
        <p>{t(conflict.differing.length > 0 ? 'form.conflictHelp' : 'form.conflictElsewhere')}</p>
      </div>
      {conflict.differing.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{t('form.conflictField')}</th>
              <th scope="col">{t('form.conflictTheirs')}</th>
              <th scope="col">{t('form.conflictMine')}</th>
            </tr>
          </thead>
          <tbody>
            {conflict.differing.map(name => (
              <tr key={name}>
                <th scope="row">{form.labels.get(name) ?? name}</th>
                <td>{show(name, conflict.values[name])}</td>
                <td>{show(name, form.values[name])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div className={classes.choices}>
        {conflict.differing.length > 0 && (
          <Button variant="default" onClick={conflict.takeTheirs}>
            {t('form.takeTheirs')}
          </Button>
        )}
        <Button variant="default" onClick={conflict.keepMine}>
          {t(conflict.differing.length > 0 ? 'form.keepMine' : 'form.goOn')}
        </Button>
      </div>
    </div>
  )
}
