/** `npm run costs`: writes docs/costs.md. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { costsPage } from './page';

void costsPage().then(({ text, figures }) => {
  writeFileSync(join(__dirname, '..', 'docs', 'costs.md'), text);
  console.log(`docs/costs.md: idle ${figures.idle} a month, a million orders ${figures.million}`);
});
