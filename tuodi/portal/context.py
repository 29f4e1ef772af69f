"""What every page needs: the business day, who is working, the navigation of their roles."""


def page(request):
    """Context for kit/base.html; filled by the portal."""
    return {}
