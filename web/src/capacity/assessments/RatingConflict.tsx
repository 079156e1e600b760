import { Button } from '@mantine/core'
import type { AssessmentSheet } from 'luytre/capacity/assessments/assessments.api.ts'
import { useTranslation } from 'react-i18next'
import { ElementLabel } from '#capacity/frameworks/ElementLabel.tsx'
import { useKindNames } from '#capacity/frameworks/kinds.ts'
import type { RatingValue } from '#capacity/assessments/ratings.ts'
import type { RatingsForm } from '#capacity/assessments/use-ratings.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import sheetClasses from '#capacity/assessments/RatingForm.module.css'
import classes from '#ui/form/Form.module.css'

/** The same assessment was saved elsewhere meanwhile: both states, line by line, and a choice. */
export function RatingConflict({ form, sheet }: { form: RatingsForm; sheet: AssessmentSheet }) {
  const { t } = useTranslation(['assessments', 'common'])
  const translated = useTranslated()
  const kindNames = useKindNames()
  const { conflict } = form
  if (!conflict) return null
  const show = (value: RatingValue | undefined) => {
    const level = sheet.framework.levels.find(candidate => candidate.level === value?.level)
    return (
      <>
        <b>{level ? `${level.level} ${translated(level.name)}` : t('notRated')}</b>
        {value?.reason && <div>{value.reason}</div>}
      </>
    )
  }
  return (
    <div className={`${classes.notice} ${classes.conflict}`}>
      <div>
        <h2 className={sheetClasses.summaryTitle}>{t('common:form.conflictTitle')}</h2>
        <p>{t(conflict.differing.length > 0 ? 'common:form.conflictHelp' : 'conflictEqual')}</p>
      </div>
      {/* Before the lines: there may be many. */}
      <div className={classes.choices}>
        <Button variant="default" onClick={conflict.takeTheirs}>
          {t('common:form.takeTheirs')}
        </Button>
        <Button variant="default" onClick={conflict.keepMine}>
          {t('common:form.keepMine')}
        </Button>
      </div>
      {conflict.differing.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{kindNames(sheet.items.map(item => item.element))}</th>
              <th scope="col">{t('common:form.conflictTheirs')}</th>
              <th scope="col">{t('common:form.conflictMine')}</th>
            </tr>
          </thead>
          <tbody>
            {sheet.items
              .filter(({ element }) => conflict.differing.includes(element.id))
              .map(({ element }) => (
                <tr key={element.id}>
                  <th scope="row">
                    <ElementLabel element={element} />
                  </th>
                  <td>{show(conflict.values[element.id])}</td>
                  <td>{show(form.values[element.id])}</td>
                </tr>
              ))}
          </tbody>
        </table>
      )}
    </div>
  )
}
