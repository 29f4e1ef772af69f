"""Addresses of documents."""

from django.urls import path

from tuodi.records.documents import views

app_name = "documents"
urlpatterns = [
    path("", views.letter_list, name="list"),
    path("<int:pk>/letter.pdf", views.letter_pdf, name="pdf"),
    path("<int:pk>/letter.docx", views.letter_docx, name="docx"),
]
