"""Chengzai turns a government's development plan into a programme that is delivered.

    plan → collect → measure → assess → decide → deliver → publish

Read the packages in that order; `cycle/_month.py` shows a whole month on one page.
"""
