"""The answer under doubt: futures, what turns it, regret, goal seek."""
