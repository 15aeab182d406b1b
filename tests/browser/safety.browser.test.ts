/** What other pages can do to the console: nothing. And what it says when the pipeline is gone. */
import { expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import { freePort } from '../../local/ports';
import { useBrowser } from '../support/browser';
import { readBrowser } from '../support/browser-environment';
import { startTestConsole } from '../support/console-pipeline';
import { startCuttingProxy } from '../support/cutting-proxy';
import { endpoint, outputs, readModel } from '../support/e2e-environment';

const open = useBrowser();

test('another site’s page can neither send, nor read, nor frame it', async () => {
  const port = await freePort();
  const server = createServer((_request, response) => {
    response
      .setHeader('content-type', 'text/html')
      .end(`<iframe src="${readBrowser('url')}" title="console"></iframe>`);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const page = await open(`http://localhost:${port}/`);
  const asked = await page.evaluate(async (url) => {
    const body = JSON.stringify({ detailType: 'orderCommand', detail: { command: 'createOrder', orderId: 'evil-1' } });
    const result = async (init: RequestInit, path: string): Promise<string> => {
      try {
        const response = await fetch(`${url}${path}`, init);
        return `${response.type} ${response.status}`;
      } catch {
        return 'refused';
      }
    };
    return [
      await result({ method: 'POST', headers: { 'content-type': 'application/json' }, body }, 'api/events'),
      await result({ method: 'POST', mode: 'no-cors', headers: { 'content-type': 'text/plain' }, body }, 'api/events'),
      await result({}, 'api/executions'),
    ];
  }, readBrowser('url'));
  expect(asked).toEqual(['refused', 'refused', 'refused']);
  const [, framed] = page.frames();
  expect(await framed?.getByRole('heading').count()).toBe(0);
  await new Promise((resolve) => server.close(resolve));

  const ours = await open(`${readBrowser('url')}#/executions`);
  await ours.getByText(/\d executions/).waitFor();
  await ours.getByRole('textbox', { name: 'Id' }).fill('evil-1');
  await ours.getByText('No execution is like that.').waitFor();
});

test('a page of an earlier start is told to load anew', async () => {
  const page = await open(`${readBrowser('url')}#/orders`);
  await page.getByRole('textbox', { name: 'orderId' }).fill('old-1');
  await page.evaluate('document.querySelector("meta[name=console-token]").content = "of another start"');
  await page.getByRole('button', { name: 'Send all the same' }).click();
  await page.getByRole('alert').getByText('Load the page anew').waitFor();
});

test('when the pipeline is gone, every view says so with what to do; when the console is gone too, the same', async () => {
  const proxy = await startCuttingProxy(Number(new URL(endpoint()).port));
  const gone = await startTestConsole('browser', `http://127.0.0.1:${proxy.port}`, outputs(), readModel());
  const page = await open(`${gone.url}#/executions`);
  await page.getByText(/\d executions?/).waitFor();
  await proxy.close();
  const alert = page.getByRole('alert');
  await alert.getByText('The pipeline does not answer.').waitFor();
  await alert.getByText('See whether npm start still runs').waitFor();
  await page.getByRole('link', { name: 'Orders', exact: true }).click();
  await page.getByRole('textbox', { name: 'Order id' }).fill('1');
  await page.getByRole('button', { name: 'Look up' }).click();
  await alert.getByText('The pipeline does not answer.').waitFor();
  await page.getByRole('textbox', { name: 'orderId' }).fill('1');
  await page.getByRole('button', { name: 'Send all the same' }).click();
  await page.getByRole('region', { name: 'Send a command or a query' }).getByRole('alert').waitFor();

  await gone.stop();
  await alert.getByText('The console does not answer.').first().waitFor();
  await alert.getByText('It ends with npm start.').first().waitFor();
});
