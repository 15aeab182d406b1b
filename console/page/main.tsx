/** The console's page. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import './style.css';

/** Once a second is live enough, and simpler than a stream of events. What is shown stays while it is asked for again. */
const LIVE_MS = 1_000;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      refetchInterval: LIVE_MS,
      retry: false,
      networkMode: 'always',
      placeholderData: (before: unknown) => before,
    },
    mutations: { networkMode: 'always' },
  },
});

const root = document.getElementById('console');
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <App />
      </QueryClientProvider>
    </StrictMode>,
  );
